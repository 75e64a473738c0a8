// Ring: a bounded queue from one shard to another, or to itself.
//
// Between two shards it is Boost's ring for one producer and one consumer, which touches its memory
// only as it is used; a shard's own is a plain queue without atomics. Its users count, so that it
// is never pushed to when it is full.
//
// Thread-safety: push() the producer's shard, pop() and empty() the consumer's.
#pragma once

#include <algorithm>
#include <boost/lockfree/spsc_queue.hpp>
#include <cassert>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace slipring::bus {

template <class T>
class Ring {
  static_assert(std::is_trivially_copyable_v<T>, "moved about as bytes");

 public:
  Ring(size_t capacity, bool between_shards) {
    if (between_shards) shared_.emplace(capacity);
  }

  // REQUIRES: there is room.
  void push(const T &element) {
    if (!shared_) {
      own_.push_back(element);
      return;
    }
    [[maybe_unused]] const bool pushed = shared_->push(element);
    assert(pushed);
  }

  // Takes what is there, as far as it fits; returns how many.
  size_t pop(std::span<T> to) {
    if (shared_) return shared_->pop(to.data(), to.size());
    const size_t count = std::min(to.size(), own_.size() - first_);
    std::copy_n(own_.data() + first_, count, to.data());
    first_ += count;
    // What is left moves up when it is the smaller part.
    if (first_ > own_.size() / 2) {
      own_.erase(own_.begin(), own_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    return count;
  }

  bool empty() const { return shared_ ? shared_->read_available() == 0 : first_ == own_.size(); }

 private:
  std::optional<boost::lockfree::spsc_queue<T>> shared_;
  std::vector<T> own_;
  size_t first_ = 0;
};

}  // namespace slipring::bus
