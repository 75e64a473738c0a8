// Joiner: what is said on a connection within a round, joined into one write. There is one per
// shard, and one connection at a time that is being written for: the host visits each once at the
// end of a round, so that one buffer serves all of them.
//
// Thread-safety: its shard.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace slipring::web {

class Joiner {
 public:
  // Whoever the bytes are for.
  class Target {
   public:
    // Writes, or keeps what the socket does not take.
    virtual void put(std::string_view bytes) = 0;

   protected:
    ~Target() = default;
  };

  static constexpr std::size_t capacity = 64 * 1024;

  // Bytes of others are put first.
  void add(Target &target, std::string_view bytes);
  // Puts what has gathered.
  void flush();
  void flush(const Target &target) {
    if (target_ == &target) flush();
  }
  // What has gathered for it is thrown away.
  void forget(const Target &target);

 private:
  Target *target_ = nullptr;
  std::size_t size_ = 0;
  std::array<char, capacity> buffer_;
};

}  // namespace slipring::web
