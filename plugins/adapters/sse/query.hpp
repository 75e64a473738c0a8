// What a client asks for: the parameters of the query, and the field that EventSource sends when it
// comes back.
//
// A query is parameters "name=value" between "&", percent-encoded (RFC 3986). "+" is itself, not a
// space: filters have it. Parameters that there are not are refused, as a mistyped one would
// otherwise pass unseen.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <slipring/cpp/http.hpp>
#include <slipring/cpp/subscription.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "problem.hpp"
#include "sse_state_v1_generated.h"

namespace slipring::sse {

using state::Place;

constexpr size_t most_filters = 64;

struct Wanted {
  std::vector<std::string> filters;
  sdk::Start start;              // without `cursors`
  std::string cursor;            // it begins behind it; empty: as `start` says
  Place place = Place::nowhere;  // where the cursor stood
  bool by_type = false;          // an event's type is the type that a browser's listeners hear of
  sdk::Drop drop = sdk::Drop::as_configured;
};

// Nothing: `wanted` is what is asked for. REQUIRES: `wanted` is new.
std::optional<Problem> read_wanted(std::string_view query, const sdk::Fields &fields,
                                   Wanted &wanted);

// The name of the field for a problem with what stood there.
std::string_view field_of(Place place) noexcept;

}  // namespace slipring::sse
