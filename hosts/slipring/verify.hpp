// `slipring streams verify`: the log of a state directory that no host uses, read and checked.
#pragma once

#include "common.hpp"

namespace slipring::command {

// Returns the exit code: `refused` when damage was found. Nothing is changed.
int verify_streams(const Common &common);

}  // namespace slipring::command
