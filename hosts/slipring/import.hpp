// `slipring import`: publishes lines of CloudEvents, as `export` writes them.
#pragma once

#include <cstdint>
#include <string>

#include "common.hpp"

namespace slipring::command {

struct ImportOptions {
  std::string file;   // "-": standard input
  uint64_t skip = 0;  // lines at its front that were imported before
};

// Returns the exit code. Ends at the first line that is refused, and says how to go on.
int import_events(const Common &common, const ImportOptions &options);

}  // namespace slipring::command
