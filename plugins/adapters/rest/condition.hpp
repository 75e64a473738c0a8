// On what condition a publish is: If-Match and If-None-Match (RFC 9110 §13.1), or an expected
// sequence in the query.
//
// The entity tag of a topic is the position of its last event in quotes. Of a position only the
// sequence is compared: sequences are never used twice in a stream that is on the disk.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <slipring/cpp/http.hpp>
#include <slipring/cpp/publication.hpp>
#include <string>
#include <string_view>

#include "problem.hpp"

namespace slipring::rest {

// The sequence of a position as text, "default@5f3a9c1e00000001:7".
std::optional<uint64_t> sequence_of(std::string_view position) noexcept;

// What the fields of a publish ask for; 412 when that can never hold, 400 for what cannot be asked.
Check read_conditions(const sdk::Fields &fields, sdk::Expectation &expect);

}  // namespace slipring::rest
