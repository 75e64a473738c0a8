#include "host/hang.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>

#include "observe/log.hpp"

namespace slipring::host {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr size_t records_kept = 20;

json::object view(const plugin::Activity &activity) {
  return {{"thread", activity.thread},
          {"in", activity.title()},
          {"plugin", activity.plugin},
          {"version", activity.version},
          {"generation", activity.generation},
          {"function", activity.function},
          {"is_round", activity.is_round},
          {"milliseconds", std::chrono::duration<double, std::milli>(activity.lasted).count()}};
}

json::object view(const plugin::Roster::Entry &entry) {
  return {{"plugin", entry.plugin},
          {"version", entry.version},
          {"generation", entry.generation},
          {"build_id", entry.build_id},
          {"over_limit", entry.over_limit.load()}};
}

// Records in a directory, oldest first: their names begin with the time.
std::vector<fs::path> records_in(const fs::path &directory) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto &entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("hang-") && name.ends_with(".json")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// A record that was cut short still says that there was a hang.
json::object read_hung(const fs::path &file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  boost::system::error_code error;
  const json::value record = json::parse(text.str(), error);
  if (error || !record.is_object()) return {};
  const json::value *const hung = record.get_object().if_contains("hung");
  return hung != nullptr && hung->is_object() ? hung->get_object() : json::object();
}

std::string text_of(const json::object &object, std::string_view name) {
  const json::value *const value = object.if_contains(name);
  if (value == nullptr) return "unknown";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

}  // namespace

Result<fs::path> write_hang(const fs::path &state, const HangFacts &facts) {
  json::array threads;
  for (const plugin::Activity &each : facts.threads) threads.push_back(view(each));
  json::array generations;
  for (const auto &each : facts.generations) generations.push_back(view(*each));
  const std::string now = observe::format_time(std::chrono::system_clock::now());
  const json::object record = {{"at", now},
                               {"pid", getpid()},
                               {"hung", view(facts.hung)},
                               {"threads", std::move(threads)},
                               {"generations", std::move(generations)}};
  fs::path file = state / ("hang-" + now + ".json");
  errno = 0;
  std::ofstream stream(file);
  stream << json::serialize(record) << '\n' << std::flush;
  if (!stream) return Status::system(file.string(), errno);
  return file;
}

void tell_of_last_hang(const fs::path &state) {
  const std::vector<fs::path> untold = records_in(state);
  if (untold.empty()) return;
  const fs::path kept = state / "hangs";
  std::error_code ignored;
  fs::create_directory(kept, ignored);
  for (const fs::path &file : untold) fs::rename(file, kept / file.filename(), ignored);
  const fs::path last = kept / untold.back().filename();
  const json::object hung = read_hung(last);
  observe::warn("last run ended because " + text_of(hung, "in") + " hung",
                {{"plugin", text_of(hung, "plugin")},
                 {"version", text_of(hung, "version")},
                 {"generation", text_of(hung, "generation")},
                 {"function", text_of(hung, "function")},
                 {"thread", text_of(hung, "thread")},
                 {"milliseconds", text_of(hung, "milliseconds")},
                 {"record", last.string()}});
  const std::vector<fs::path> all = records_in(kept);
  for (size_t i = 0; i + records_kept < all.size(); ++i) fs::remove(all[i], ignored);
}

}  // namespace slipring::host
