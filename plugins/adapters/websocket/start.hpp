// Where a subscription begins: the member "start".
#pragma once

#include <slipring/cpp/subscription.hpp>

#include "operations.hpp"

namespace slipring::json_v1 {

// INVALID_ARGUMENT: it is none. What the streams it reaches cannot do is the host's to say.
sdk::Status read_start(const Request &request, Shard &shard, sdk::Start &start);

}  // namespace slipring::json_v1
