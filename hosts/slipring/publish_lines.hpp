// `slipring publish --lines`: each line of input is an event.
#pragma once

#include "publish.hpp"

namespace slipring::command {

// Over one connection, without waiting for an answer before the next line is sent. A line that is
// refused is the last one read; those that are under way by then are still published. Returns the
// exit code.
int publish_lines(const PublishOptions &options, int input);

}  // namespace slipring::command
