// `slipring export`: what streams have, as lines of CloudEvents in a file.
#pragma once

#include <string>

#include "common.hpp"
#include "reading.hpp"

namespace slipring::command {

struct ExportOptions {
  std::string file;  // "-": standard output
  ReadOptions read;
};

// Returns the exit code. What is not kept any more is said on standard error.
int export_events(const Common &common, const ExportOptions &options);

}  // namespace slipring::command
