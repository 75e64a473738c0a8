// Durations as they stand in a plugin's settings.
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <string_view>

namespace slipring::websocket {

// Seconds as a number, or text with a unit: "250ms", "2s", "5min"; from 1 ms to 24 hours. Throws
// sdk::Error with INVALID_ARGUMENT that names the setting.
std::chrono::milliseconds parse_duration(std::string_view name, const boost::json::value &value);

}  // namespace slipring::websocket
