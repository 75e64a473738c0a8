// OutboundQueue: messages waiting for one client, in order, bounded by its user in bytes and count.
//
// An entry is a message of the adapter's own, a shared rendering of an event, the place where a gap
// will be announced, or the head of a response. In http/1 a message is a run of bytes, of which the
// transport may have taken a part. A dropped entry leaves an empty place behind, so that numbers of
// entries stay what they are until compact().
//
// Owns no memory while it is empty: most sessions have nothing to say most of the time.
//
// Thread-safety: its session's shard.
#pragma once

#include <slipring/ext/profile-message.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/buffer.hpp"
#include "session/rendering.hpp"

namespace slipring::session {

class OutboundQueue {
 public:
  enum class Content : uint8_t { nothing, message, gap, head };

  struct Entry {
    BufferRef framed;        // header and payload, without holes; a head as keep() makes it
    BufferRef holes;         // their values, one after the other
    RenderingRef rendering;  // of an event; kept to know what is dropped and where the holes are
    uint32_t reading = 0;    // serial of the reading it is for; of events and gaps
    uint32_t stream = 0;     // of a gap
    uint8_t kind = 0;
    uint8_t header_size = 0;
    uint8_t drop = 0;  // the policy under which it may be dropped; 0: it may not
    Content content = Content::message;
    uint32_t taken = 0;  // bytes from the front that the transport has; only without holes

    size_t size() const { return framed.size() + holes.size() - taken; }
    bool has_holes() const { return rendering != nullptr && !rendering->holes().empty(); }
  };

  // Memory of queues that are empty now, for those that begin to fill: of a shard's sessions few
  // have something waiting at a time, and which they are changes all the time.
  class Storage {
   public:
    std::vector<Entry> take() {
      if (spare_.empty()) return {};
      std::vector<Entry> entries = std::move(spare_.back());
      spare_.pop_back();
      return entries;
    }
    void give_back(std::vector<Entry> &&entries) {
      entries.clear();
      if (spare_.size() < kept && entries.capacity() <= kept_entries) {
        spare_.push_back(std::move(entries));
      }
    }

   private:
    static constexpr size_t kept = 1024;
    static constexpr size_t kept_entries = 512;
    std::vector<std::vector<Entry>> spare_;
  };

  // Nothing: each allocates for itself. Outlives the queue.
  explicit OutboundQueue(Storage *storage = nullptr) : storage_(storage) {}

  void push(Entry entry) {
    if (entries_.capacity() == 0 && storage_ != nullptr) entries_ = storage_->take();
    bytes_ += entry.size();
    if (entry.content != Content::nothing) ++live_;
    if (entry.content == Content::message) ++messages_;
    entries_.push_back(std::move(entry));
  }

  // Removes the first `count` places. REQUIRES: count <= places().
  void pop(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      take_out(entries_[first_]);
      ++first_;
      ++first_number_;
    }
    if (first_ == entries_.size()) {
      clear();
    } else if (first_ > entries_.size() / 2) {
      entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  // Leaves an empty place.
  void drop(size_t index) { take_out(entries_[first_ + index]); }

  // Leaves a place where a gap is to be announced.
  void drop_for_gap(size_t index, uint32_t reading, uint32_t stream) {
    Entry &entry = entries_[first_ + index];
    take_out(entry);
    entry.reading = reading;
    entry.stream = stream;
    entry.content = Content::gap;
    ++live_;
  }

  // A gap's place becomes the message that announces it.
  void announce(size_t index, Framed framed, uint8_t kind) {
    Entry &entry = entries_[first_ + index];
    bytes_ += framed.bytes.size();
    entry.framed = std::move(framed.bytes);
    entry.header_size = framed.header_size;
    entry.kind = kind;
    entry.content = Content::message;
    ++messages_;
  }

  // The transport has taken that many bytes of the first place, and not all: it stays, whatever
  // the reader's policy. REQUIRES: a message without holes.
  void take_of_first(size_t bytes) {
    Entry &entry = entries_[first_];
    entry.taken += static_cast<uint32_t>(bytes);
    entry.drop = 0;
    bytes_ -= bytes;
  }
  // The same for a message with holes: `rest` is what is left, holes filled.
  void replace_first(BufferRef rest) {
    Entry &entry = entries_[first_];
    bytes_ -= entry.size();
    entry.framed = std::move(rest);
    entry.holes = {};
    entry.rendering.reset();
    entry.drop = 0;
    bytes_ += entry.size();
  }

  // Forgets the empty places; other entries get new numbers.
  void compact() {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
    std::erase_if(entries_, [](const Entry &e) { return e.content == Content::nothing; });
  }

  void clear() {
    first_number_ += places();
    std::vector<Entry> entries = std::move(entries_);
    entries_ = {};
    if (storage_ != nullptr) storage_->give_back(std::move(entries));
    first_ = 0;
    live_ = messages_ = 0;
    bytes_ = 0;
  }

  bool empty() const { return live_ == 0; }
  size_t size() const { return messages_; }
  bool has_messages() const { return messages_ != 0; }
  size_t bytes() const { return bytes_; }
  // Messages, heads, gaps and empty places.
  size_t places() const { return entries_.size() - first_; }
  const Entry &at(size_t index) const { return entries_[first_ + index]; }
  // Numbers count up by place and are not reused before compact().
  uint64_t first_number() const { return first_number_; }

 private:
  void take_out(Entry &entry) {
    if (entry.content == Content::nothing) return;
    bytes_ -= entry.size();
    --live_;
    if (entry.content == Content::message) --messages_;
    entry.framed = {};
    entry.holes = {};
    entry.rendering.reset();
    entry.drop = 0;
    entry.taken = 0;
    entry.content = Content::nothing;
  }

  Storage *storage_;
  std::vector<Entry> entries_;
  size_t first_ = 0;
  size_t live_ = 0;  // all but empty places
  size_t messages_ = 0;
  size_t bytes_ = 0;
  uint64_t first_number_ = 0;
};

}  // namespace slipring::session
