// `slipring replay`: prints what streams have, or publishes it again.
#pragma once

#include <string>

#include "common.hpp"
#include "reading.hpp"

namespace slipring::command {

struct ReplayOptions {
  ReadOptions read;
  std::string to_topic;  // "copy/#": # stands for the topic that an event had
  std::string to_file;   // as `export`
};

// Returns the exit code.
int replay(const Common &common, const ReplayOptions &options);

}  // namespace slipring::command
