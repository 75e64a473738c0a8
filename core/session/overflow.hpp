// Overflow: which of a full queue's events gives way to a new one, by the reader's drop policy.
//
//   newest          none: the new one is dropped
//   oldest          the event that has waited longest
//   latest per key  an older event of the same key; when there is none, the one that has waited
//                   longest
//   priority        the one that has waited longest among those of the lowest priority, if that is
//                   lower than the new one's
//
// Only events of ephemeral topics that were queued under the same policy give way; answers and
// events of streams never do. Each search goes on where the last one stopped, so that a reader
// which never reads costs little per event.
//
// Exists only while a queue is over its limit and until it has drained. Thread-safety: its
// session's shard.
#pragma once

#include <slipring/ext/subscribe.h>

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "session/outbound_queue.hpp"

namespace slipring::session {

class Overflow {
 public:
  // The index of the entry that gives way to `incoming`; nothing: `incoming` has to.
  std::optional<size_t> victim(const OutboundQueue &queue, uint32_t policy,
                               const event::Event &incoming);
  // After each push under `policy`.
  void pushed(const OutboundQueue &queue, uint32_t policy, const event::Event &event);
  // After compact().
  void numbers_changed();

 private:
  // The first entry from where the last search for the same stopped that `wanted` is true of.
  template <class Wanted>
  static std::optional<size_t> search(const OutboundQueue &queue, uint64_t &from, Wanted wanted);
  std::optional<size_t> oldest(const OutboundQueue &queue, uint32_t policy);
  std::optional<size_t> of_same_key(const OutboundQueue &queue, const event::Event &incoming);
  std::optional<size_t> of_lower_priority(const OutboundQueue &queue, uint8_t priority);
  void index_keys(const OutboundQueue &queue);

  static constexpr size_t policies = SLIPRING_DROP_DISCONNECT + 1;
  static constexpr size_t priorities = 10;

  std::array<uint64_t, policies> oldest_from_{};
  std::array<uint64_t, priorities> priority_from_{};
  std::unordered_map<uint64_t, uint64_t> newest_of_key_;  // hash of key to number
  bool keys_indexed_ = false;
};

}  // namespace slipring::session
