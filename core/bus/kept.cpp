#include "bus/kept.hpp"

#include <string>

namespace slipring::bus {

Status check_kept(const Streams &streams, const event::Event &event) {
  const bool conditional = event.expectation().of != event::Event::Expect::nothing;
  if (!event.retain() && event.deduplication_id().empty() && !conditional) return Status::ok();
  if (streams.destination(event.topic(), event.topic_hash()).stream != 0) return Status::ok();
  const std::string what = event.retain() ? "retained"
                           : conditional  ? "conditional"
                                          : "deduplicated";
  return {SLIPRING_FAILED_PRECONDITION,
          "topic " + std::string(event.topic()) +
              " is ephemeral: it belongs to no stream, so nothing on it can be " + what};
}

}  // namespace slipring::bus
