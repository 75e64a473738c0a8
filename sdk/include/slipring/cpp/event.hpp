// An event as plugins read it: its fields, and what the host assigned to it. schemas/event.fbs says
// what each field means; event_builder.hpp makes events.
//
// Everything is borrowed for the call that lent the view: keep a position as text, not a pointer.
// Strings that are not set are empty.
#ifndef SLIPRING_CPP_EVENT_HPP
#define SLIPRING_CPP_EVENT_HPP

#include <slipring/ext/events.h>
#include <slipring/schema/event_generated.h>

#include <slipring/cpp/bytes.hpp>

namespace slipring::sdk {

class EventView {
 public:
  // REQUIRES: `raw` comes from the host, which has verified the event; it outlives this.
  explicit EventView(const slipring_event_view &raw) noexcept
      : raw_(&raw), event_(flatbuffers::GetRoot<schema::Event>(raw.event.data)) {}

  std::string_view topic() const noexcept { return view(raw_->topic); }
  std::string_view id() const noexcept { return text(event_->id()); }
  std::string_view type() const noexcept { return text(event_->type()); }
  std::string_view source() const noexcept { return text(event_->source()); }
  // What orders and groups it; empty: the topic does.
  std::string_view key() const noexcept { return text(event_->partition_key()); }
  std::string_view content_type() const noexcept { return text(event_->content_type()); }
  std::string_view payload() const noexcept {
    const auto *bytes = event_->payload();
    return bytes == nullptr ? std::string_view() : view({bytes->data(), bytes->size()});
  }
  bool has_payload() const noexcept { return event_->payload() != nullptr; }

  // When it happened, as its publisher said, else when the host took it; Unix time.
  int64_t time_ns() const noexcept {
    return event_->time_ns() != 0 ? event_->time_ns() : raw_->recorded_ns;
  }
  int64_t recorded_ns() const noexcept { return raw_->recorded_ns; }

  // The same for every reader; all 0 and empty on an ephemeral topic.
  const slipring_position &position() const noexcept { return raw_->position; }
  std::string_view printed_position() const noexcept { return view(raw_->printed); }

  bool retained() const noexcept { return (raw_->flags & SLIPRING_EVENT_RETAINED) != 0; }
  bool replayed() const noexcept { return (raw_->flags & SLIPRING_EVENT_REPLAYED) != 0; }
  // Rest of its time to live; UINT32_MAX: it does not expire.
  uint32_t expires_in_s() const noexcept { return raw_->expires_in_s; }

  // Every field there is.
  const schema::Event &event() const noexcept { return *event_; }
  std::string_view flatbuffer() const noexcept { return view(raw_->event); }

 private:
  static std::string_view text(const flatbuffers::String *string) noexcept {
    return string == nullptr ? std::string_view()
                             : std::string_view(string->c_str(), string->size());
  }

  const slipring_event_view *raw_;
  const schema::Event *event_;
};

}  // namespace slipring::sdk

#endif
