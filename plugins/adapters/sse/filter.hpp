// Topic filters, MQTT 5 §4.7, looked at before the host is asked: so that a refusal of the host is
// about the place where reading is to begin.
#pragma once

#include <optional>
#include <string_view>

#include "problem.hpp"

namespace slipring::sse {

// Nothing: it is one.
std::optional<Problem> check_filter(std::string_view filter);

}  // namespace slipring::sse
