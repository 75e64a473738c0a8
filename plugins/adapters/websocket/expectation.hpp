// What a publish expects of the log: the member "expect".
#pragma once

#include <slipring/cpp/publication.hpp>
#include <slipring/cpp/status.hpp>
#include <string_view>

namespace slipring::json_v1 {

// {"sequence":7} of the topic, {"stream_sequence":7} of the stream. INVALID_ARGUMENT: neither.
sdk::Status read_expectation(std::string_view json, sdk::Expectation &expect);

}  // namespace slipring::json_v1
