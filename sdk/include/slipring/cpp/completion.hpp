// What took time and has ended: how a publish and a subscribe come out (ext/completion.h).
#ifndef SLIPRING_CPP_COMPLETION_HPP
#define SLIPRING_CPP_COMPLETION_HPP

#include <slipring/ext/events.h>
#include <slipring/ext/read.h>
#include <slipring/ext/subscribe.h>

#include <optional>
#include <slipring/cpp/bytes.hpp>
#include <slipring/cpp/event.hpp>
#include <span>

namespace slipring::sdk {

// What an adapter wants back when the operation ends: usually what its answer to the client needs,
// so that nothing has to be kept meanwhile. The host copies it.
struct Tag {
  uint32_t kind = 0;       // the adapter's own
  std::string_view bytes;  // at most SLIPRING_TAG_MAX
  uint32_t schema = 0;     // of a completion: the state schema that it is written in
};

// Borrowed for the call.
struct Completion {
  explicit Completion(const slipring_completion &raw) noexcept
      : tag{raw.tag.kind, view(raw.tag.bytes), raw.tag_schema},
        status(raw.status),
        text(view(raw.text)) {}

  bool ok() const noexcept { return status == SLIPRING_OK; }

  Tag tag;
  slipring_status status;
  std::string_view text;  // why it failed, in one line for the client; may be empty
};

struct Published : Completion {
  explicit Published(const slipring_completion &raw) noexcept : Completion(raw) {
    const auto *result = static_cast<const slipring_published *>(raw.result);
    if (result == nullptr) return;
    positions = {result->positions, result->count};
    failed = result->failed;
    duplicate = result->duplicate != 0;
  }

  std::span<const slipring_position> positions;  // one for each event, in order
  uint32_t failed = 0;                           // index of the one refused, when not ok()
  bool duplicate = false;  // one was there already: its position is that of the first time
};

// Nothing of a subscription is queued before on_subscribed has returned: what is sent there goes
// before the first event.
struct Subscribed : Completion {
  explicit Subscribed(const slipring_completion &raw) noexcept : Completion(raw) {
    const auto *result = static_cast<const slipring_subscribed *>(raw.result);
    if (result == nullptr) return;
    id = result->id;
    ephemeral = result->ephemeral != 0;
    if (result->origin == nullptr) return;
    from = result->origin->kind;
    if (recovers() && result->origin->recovered != SLIPRING_RECOVERED_UNKNOWN)
      recovered = result->origin->recovered;
    gap_from = view(result->origin->gap_from);
    gap_to = view(result->origin->gap_to);
    reason = view(result->origin->reason);
    cursor = view(result->origin->cursor);
  }

  // Where reading really begins: with live events; with older ones, then live; or what was asked
  // for is not all there any more, and what is left of it comes, then live ones.
  bool is_live() const noexcept { return from == SLIPRING_FROM_LIVE; }
  bool recovers() const noexcept { return from == SLIPRING_FROM_RECOVERED; }
  bool has_gap() const noexcept { return from == SLIPRING_FROM_GAP; }

  uint64_t id = 0;         // the subscription's; 0 when not ok()
  bool ephemeral = false;  // also reaches topics that keep nothing for a reader who is away
  uint32_t from = SLIPRING_FROM_LIVE;  // SLIPRING_FROM_…
  std::optional<uint64_t> recovered;   // when recovers(): how many older ones, if that is known
  std::string_view gap_from;           // when has_gap(): positions as text, and why
  std::string_view gap_to;
  std::string_view reason;
  std::string_view cursor;  // the place before the first event to come; empty: there is none
};

// What a read brought.
struct Batch : Completion {
  explicit Batch(const slipring_completion &raw) noexcept : Completion(raw) {
    const auto *result = static_cast<const slipring_batch *>(raw.result);
    if (result == nullptr) return;
    events = {result->events, result->count};
    cursor = view(result->cursor);
    more = result->more != 0;
    if (result->origin == nullptr || result->origin->kind != SLIPRING_FROM_GAP) return;
    has_gap = true;
    gap_from = view(result->origin->gap_from);
    gap_to = view(result->origin->gap_to);
    reason = view(result->origin->reason);
  }

  size_t size() const noexcept { return events.size(); }
  EventView operator[](size_t index) const noexcept { return EventView(*events[index]); }

  std::span<const slipring_event_view *const> events;
  std::string_view cursor;    // to go on from; empty: only ephemeral topics were read
  bool more = false;          // it ended before all there is was read
  bool has_gap = false;       // before the first event: these are not there any more
  std::string_view gap_from;  // positions as text, and why
  std::string_view gap_to;
  std::string_view reason;
};

}  // namespace slipring::sdk

#endif
