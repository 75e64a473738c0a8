#include "host/purge_point.hpp"

#include <algorithm>
#include <string>

#include "event/position.hpp"
#include "event/time_text.hpp"

namespace slipring::host {

namespace {

Result<PurgePoint> at_position(std::string_view text, std::string_view stream,
                               std::span<const stream::Epoch> epochs, uint64_t last) {
  const auto position = event::parse_position(text);
  if (!position) return position.status();
  const std::string found = "before: found " + std::string(text) + ", ";
  if (position->name != stream) {
    return Status::invalid(found + "accepted is a position in stream " + std::string(stream));
  }
  // Sequences of an epoch that the stream does not know may stand for other events.
  if (std::ranges::none_of(epochs,
                           [&](const stream::Epoch &each) { return each.id == position->epoch; })) {
    return Status(SLIPRING_FAILED_PRECONDITION,
                  found + "which is of another history of the stream: nothing was removed");
  }
  if (position->sequence > last + 1) {
    return Status(SLIPRING_OUT_OF_RANGE,
                  found + "but the last event of the stream is " + std::to_string(last));
  }
  return PurgePoint(BeforeSequence{position->sequence});
}

}  // namespace

Result<PurgePoint> parse_purge_point(std::string_view text, std::string_view stream,
                                     std::span<const stream::Epoch> epochs, uint64_t last) {
  if (text.find('@') != std::string_view::npos) return at_position(text, stream, epochs, last);
  const auto time = event::parse_time(text);
  if (time) return PurgePoint(BeforeTime{*time});
  return Status::invalid("before: found \"" + std::string(text) +
                         "\", accepted: a position such as " + std::string(stream) +
                         "@5f3a9c1e00000001:17, or a time such as 2026-11-21T09:30:00Z");
}

}  // namespace slipring::host
