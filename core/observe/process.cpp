#include "observe/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace slipring::observe {
namespace {

// Of /proc/self/stat, numbered as proc(5) does.
constexpr size_t utime = 14;
constexpr size_t stime = 15;
constexpr size_t num_threads = 20;
constexpr size_t starttime = 22;
constexpr size_t rss = 24;

std::string read_line(const char *path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The fields behind the name, which may hold anything.
std::vector<std::string> stat_fields() {
  const std::string line = read_line("/proc/self/stat");
  const size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

uint64_t count_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return 0;
  const auto count = std::distance(begin(entries), end(entries));
  return static_cast<uint64_t>(count) - 1;  // the directory's own
}

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  const std::vector<std::string> fields = stat_fields();
  const auto number = [&](size_t field) {
    constexpr size_t first = 3;  // behind the name
    return field - first < fields.size() ? std::stod(fields[field - first]) : 0.0;
  };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  facts.start_time_seconds = boot_time_seconds() + number(starttime) / ticks;
  facts.cpu_seconds = (number(utime) + number(stime)) / ticks;
  facts.resident_bytes =
      static_cast<uint64_t>(number(rss)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  facts.threads = static_cast<uint64_t>(number(num_threads));
  facts.open_descriptors = count_descriptors();
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) facts.max_descriptors = limit.rlim_cur;
  return facts;
}

}  // namespace slipring::observe
