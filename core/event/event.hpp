// Event: one canonical event, verified, in one piece of memory.
//
// [Event | RecordHeader | FlatBuffer]: the last two stand next to each other, as a log wants them.
// What is asked for on the way of every event (topic, its hash, key, priority, time to live) is
// read out of the FlatBuffer once.
//
// Thread-safety: immutable once it was sequenced; until then it has one owner. The count is atomic:
// references are made and dropped on any thread.
#pragma once

#include <slipring/schema/event_generated.h>

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/status.hpp"
#include "event/verify.hpp"

namespace slipring::event {

class Event;

// A counted reference; the last one frees the event.
class EventRef {
 public:
  EventRef() = default;
  EventRef(const EventRef &other) : event_(other.event_) { retain(); }
  EventRef(EventRef &&other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  EventRef &operator=(EventRef other) noexcept {
    std::swap(event_, other.event_);
    return *this;
  }
  ~EventRef() { release(); }

  explicit operator bool() const { return event_ != nullptr; }
  Event *get() const { return event_; }
  Event *operator->() const { return event_; }
  Event &operator*() const { return *event_; }

  // For queues that hold plain pointers: gives up the reference but not its count, and takes it
  // back.
  Event *detach() { return std::exchange(event_, nullptr); }
  static EventRef adopt(Event *event) { return EventRef(event); }

 private:
  friend class Event;
  // Takes over the count that a new event begins with.
  explicit EventRef(Event *event) : event_(event) {}
  void retain() const;
  void release();

  Event *event_ = nullptr;
};

class Event {
 public:
  // Copies once and verifies the copy: `flatbuffer` may be anything, aligned or not. The error is
  // verify()'s.
  static Result<EventRef> take(std::span<const uint8_t> flatbuffer, const Limits &limits);

  // One that was taken before and comes back from where it was kept: not verified again.
  static EventRef restore(const schema::RecordHeader &record, std::span<const uint8_t> flatbuffer);

  // All 0 before it is sequenced; on an ephemeral topic all but the time.
  const schema::RecordHeader &record() const { return record_; }
  // REQUIRES: not shared yet; only its sequencer calls it.
  void sequence(const schema::RecordHeader &record) { record_ = record; }

  // The session that published it; 0: none. Set before it is shared, not part of what is kept.
  uint64_t publisher() const { return publisher_; }
  void publish_as(uint64_t session) { publisher_ = session; }

  // What its publisher expects to be the last sequence before it; checked when it is sequenced, not
  // part of what is kept. Set before it is shared.
  enum class Expect : uint8_t { nothing, of_topic, of_stream };
  struct Expectation {
    Expect of = Expect::nothing;
    uint64_t sequence = 0;
  };
  const Expectation &expectation() const { return expectation_; }
  void expect(Expectation expectation) { expectation_ = expectation; }

  const schema::Event &root() const { return *schema::GetEvent(data()); }
  std::span<const uint8_t> flatbuffer() const { return {data(), size_}; }
  // Bytes it occupies, with what stands before the FlatBuffer.
  size_t size() const { return sizeof(Event) + size_; }

  std::string_view topic() const { return text(topic_); }
  uint64_t topic_hash() const { return topic_hash_; }  // hash_topic()
  // The partition key; the topic when it has none.
  std::string_view key() const { return text(key_); }
  uint8_t priority() const { return priority_; }
  uint64_t time_to_live_ms() const { return time_to_live_ms_; }  // 0: does not expire
  bool expired(int64_t now_ns) const {
    return time_to_live_ms_ != 0 &&
           (now_ns - record_.recorded_ns()) / 1'000'000 >= static_cast<int64_t>(time_to_live_ms_);
  }
  bool retain() const { return retain_; }
  std::string_view deduplication_id() const { return text(deduplication_id_); }  // may be empty

 private:
  friend class EventRef;
  struct Text {
    uint32_t offset;
    uint32_t size;
  };

  explicit Event(std::span<const uint8_t> flatbuffer);
  void read_out();

  const uint8_t *data() const { return reinterpret_cast<const uint8_t *>(this + 1); }
  std::string_view text(Text text) const {
    return {reinterpret_cast<const char *>(data()) + text.offset, text.size};
  }
  Text text_in(const flatbuffers::String &text) const;

  std::atomic<uint32_t> references_{1};
  uint32_t size_;
  Text topic_{};
  Text key_{};
  Text deduplication_id_{};
  uint64_t topic_hash_ = 0;
  uint64_t publisher_ = 0;
  uint64_t time_to_live_ms_ = 0;
  Expectation expectation_;
  uint8_t priority_ = 0;
  bool retain_ = false;
  schema::RecordHeader record_;
};
static_assert(sizeof(Event) % 8 == 0, "the FlatBuffer behind it is aligned to 8");

inline void EventRef::retain() const {
  if (event_ != nullptr) event_->references_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace slipring::event
