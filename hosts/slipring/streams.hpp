// `slipring streams`: what there is, and purging.
#pragma once

#include <string>

#include "common.hpp"

namespace slipring::command {

struct StreamsOptions {
  std::string name;
  std::string before;    // a position or a time; empty: everything is purged
  bool yes = false;      // without it purging only says what it would do
  bool offline = false;  // the log of a state directory that no host uses
};

// All return the exit code.
int list_streams(const Common &common, const StreamsOptions &options);
int show_stream(const Common &common, const StreamsOptions &options);
int purge_stream(const Common &common, const StreamsOptions &options);

}  // namespace slipring::command
