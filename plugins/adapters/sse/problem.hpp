// What is wrong with a request: problem details (RFC 9457) that name the field.
#pragma once

#include <cstdint>
#include <slipring/cpp/status.hpp>
#include <string>
#include <string_view>

namespace slipring::sse {

struct Problem {
  uint32_t status = 400;  // of HTTP
  std::string field;      // of the query or the request; empty: none in particular
  std::string detail;     // for people: what was found, what is accepted
};

// 400 for a parameter: what was found, shortened, and what is accepted.
Problem wrong(std::string_view field, std::string_view found, std::string_view accepted);

// For what the host refuses with `code`.
uint32_t http_status(slipring_status code) noexcept;

// As a JSON object.
std::string to_json(const Problem &problem);

}  // namespace slipring::sse
