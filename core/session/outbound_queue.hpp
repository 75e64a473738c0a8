// OutboundQueue: framed messages waiting for one client, in order, bounded by its user in bytes and
// count.
//
// Owns no memory while it is empty and idle: most sessions have nothing to say most of the time.
//
// Thread-safety: its session's shard.
#pragma once

#include <slipring/ext/profile-message.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/buffer.hpp"

namespace slipring::session {

class OutboundQueue {
 public:
  struct Entry {
    BufferRef framed;  // header and payload
    uint8_t kind;
    uint8_t header_size;
  };

  void push(Entry entry) {
    bytes_ += entry.framed.size();
    entries_.push_back(std::move(entry));
  }

  // Drops the first `count` entries. REQUIRES: count <= size().
  void pop(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      bytes_ -= entries_[first_].framed.size();
      entries_[first_++].framed = {};
    }
    if (first_ == entries_.size()) {
      clear();
    } else if (first_ > entries_.size() / 2) {
      entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  void clear() {
    if (entries_.capacity() > kept_entries) {
      std::vector<Entry>().swap(entries_);
    } else {
      entries_.clear();
    }
    first_ = 0;
    bytes_ = 0;
  }

  bool empty() const { return first_ == entries_.size(); }
  size_t size() const { return entries_.size() - first_; }
  size_t bytes() const { return bytes_; }
  const Entry &at(size_t index) const { return entries_[first_ + index]; }

 private:
  // A session that answers one message at a time keeps this much rather than allocate each time.
  static constexpr size_t kept_entries = 4;

  std::vector<Entry> entries_;
  size_t first_ = 0;
  size_t bytes_ = 0;
};

}  // namespace slipring::session
