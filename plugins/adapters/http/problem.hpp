// What a client is told when its request is refused: problem details (RFC 9457) as JSON, with the
// field that is at fault.
//
//   {"title":"Bad Request","status":400,"code":"INVALID_ARGUMENT","field":"ce-id",
//    "detail":"found nothing; accepted: a text that is not empty"}
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/abi.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipring::http {

struct Problem {
  uint32_t status = 400;
  std::string field;  // header, query parameter or member at fault; empty: none
  std::string detail;
  std::optional<uint32_t> member = {};               // of a batch, from 0
  slipring_status code = SLIPRING_INVALID_ARGUMENT;  // what `status` was made from
};

// Nothing: all is well.
using Check = std::optional<Problem>;

// 400: what was found in a field (shortened; nothing when it is empty), and what is accepted there.
Problem not_accepted(std::string_view field, std::string_view found, std::string_view accepted);

// From what the host says: the status that its code stands for.
Problem refused(slipring_status code, std::string_view detail);
uint32_t http_status(slipring_status code) noexcept;

// Replaces what `to` held.
void write_problem(std::string &to, const Problem &problem);

}  // namespace slipring::http
