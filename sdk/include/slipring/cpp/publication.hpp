// What a session publishes: an event, and what the log has to look like for it (ext/events.h).
#ifndef SLIPRING_CPP_PUBLICATION_HPP
#define SLIPRING_CPP_PUBLICATION_HPP

#include <slipring/ext/events.h>

#include <cstdint>

namespace slipring::sdk {

// Holds when the last event, of the topic or of the whole stream, has this sequence; 0: when there
// has been none. Of several publishes that expect the same, one succeeds.
class Expectation {
 public:
  constexpr Expectation() noexcept = default;  // nothing
  static constexpr Expectation of_topic(uint64_t sequence) noexcept {
    return {SLIPRING_EXPECT_OF_TOPIC, sequence};
  }
  static constexpr Expectation of_stream(uint64_t sequence) noexcept {
    return {SLIPRING_EXPECT_OF_STREAM, sequence};
  }

  uint8_t kind() const noexcept { return kind_; }  // SLIPRING_EXPECT_…
  uint64_t sequence() const noexcept { return sequence_; }

 private:
  constexpr Expectation(uint8_t kind, uint64_t sequence) noexcept
      : kind_(kind), sequence_(sequence) {}

  uint8_t kind_ = SLIPRING_EXPECT_NOTHING;
  uint64_t sequence_ = 0;
};

// Borrowed for the call of Session::publish. An event alone is one too.
struct Publication {
  Publication(slipring_bytes finished, Expectation expected = {}) noexcept
      : event(finished), expect(expected) {}

  slipring_publish raw() const noexcept {
    return {sizeof(slipring_publish), event, expect.sequence(), nullptr, expect.kind(), {}};
  }

  slipring_bytes event;  // finished (event_builder.hpp)
  Expectation expect;
};

}  // namespace slipring::sdk

#endif
