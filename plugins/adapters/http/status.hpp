// Statuses of HTTP as problem details (RFC 9457) name them.
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>
#include <string_view>

namespace slipring::http {

constexpr std::string_view problem_type = "application/problem+json";

// The phrase of a status that is answered by an adapter (RFC 9110 §15, RFC 6585).
std::string_view title_of(uint32_t status) noexcept;

}  // namespace slipring::http
