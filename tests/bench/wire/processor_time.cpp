#include "wire/processor_time.hpp"

#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <string>

namespace slipring::bench {

ProcessorTime ProcessorTime::of(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  // The name in brackets may hold spaces; after it, utime and stime are fields 12 and 13.
  stat.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string skipped;
  for (int field = 0; field < 11; ++field) stat >> skipped;
  uint64_t user = 0;
  uint64_t system = 0;
  stat >> user >> system;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return {static_cast<double>(user) / ticks, static_cast<double>(system) / ticks};
}

}  // namespace slipring::bench
