// Where reading begins, as people write it.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "base/status.hpp"

namespace slipring::command {

// "earliest", "last 10", a time, how long ago ("15min"), positions with commas between them, or
// what else the host takes as "start", for which it stands.
Result<boost::json::value> parse_where(std::string_view text);

}  // namespace slipring::command
