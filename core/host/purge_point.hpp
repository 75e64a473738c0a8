// PurgePoint: up to where a stream is to be purged, as an operator says it.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/status.hpp"
#include "stream/log_values.hpp"

namespace slipring::host {

// Before a sequence, or before a time (Unix, in ns).
struct BeforeSequence {
  uint64_t sequence;
};
struct BeforeTime {
  int64_t recorded_ns;
};
using PurgePoint = std::variant<BeforeSequence, BeforeTime>;

// `text`: a position in that stream, or a time as in RFC 3339. `epochs`: the stream's.
// OUT_OF_RANGE: the stream, whose last event is `last`, has not come there.
Result<PurgePoint> parse_purge_point(std::string_view text, std::string_view stream,
                                     std::span<const stream::Epoch> epochs, uint64_t last);

}  // namespace slipring::host
