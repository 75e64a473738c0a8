#include "event/event.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include "base/topic.hpp"

namespace slipring::event {

Event::Event(std::span<const uint8_t> flatbuffer)
    : size_(static_cast<uint32_t>(flatbuffer.size())) {
  if (!flatbuffer.empty())
    std::memcpy(reinterpret_cast<uint8_t *>(this + 1), flatbuffer.data(), flatbuffer.size());
}

Result<EventRef> Event::take(std::span<const uint8_t> flatbuffer, const Limits &limits) {
  // The size alone is looked at before: what follows reads aligned memory that nobody changes.
  if (Status status = check_size(flatbuffer.size(), limits); !status.is_ok()) return status;
  void *memory = std::malloc(sizeof(Event) + flatbuffer.size());
  if (memory == nullptr) throw std::bad_alloc();
  EventRef event(new (memory) Event(flatbuffer));
  if (Status status = verify(event->flatbuffer(), limits); !status.is_ok()) return status;
  event->read_out();
  return event;
}

EventRef Event::restore(const schema::RecordHeader &record, std::span<const uint8_t> flatbuffer) {
  void *memory = std::malloc(sizeof(Event) + flatbuffer.size());
  if (memory == nullptr) throw std::bad_alloc();
  EventRef event(new (memory) Event(flatbuffer));
  event->read_out();
  event->record_ = record;
  return event;
}

// Flattened: g++ leaves calls for each field otherwise.
[[gnu::flatten]] void Event::read_out() {
  const schema::Event &event = root();
  topic_ = text_in(*event.topic());
  topic_hash_ = hash_topic(topic());
  const flatbuffers::String *key = event.partition_key();
  key_ = key == nullptr || key->size() == 0 ? topic_ : text_in(*key);
  const schema::Delivery *delivery = event.delivery();
  priority_ = delivery == nullptr ? default_priority : delivery->priority();
  time_to_live_ms_ = delivery == nullptr ? 0 : delivery->time_to_live_ms();
  if (delivery == nullptr) return;
  retain_ = delivery->retain();
  const flatbuffers::String *deduplication = delivery->deduplication_id();
  if (deduplication != nullptr && deduplication->size() != 0) {
    deduplication_id_ = text_in(*deduplication);
  }
}

Event::Text Event::text_in(const flatbuffers::String &text) const {
  return {static_cast<uint32_t>(text.Data() - data()), text.size()};
}

void EventRef::release() {
  if (event_ == nullptr) return;
  if (event_->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  event_->~Event();
  std::free(event_);
}

}  // namespace slipring::event
