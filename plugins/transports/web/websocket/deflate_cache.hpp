// The sending half of permessage-deflate (RFC 7692 §7.2.1): whole messages, each compressed for
// itself (server_no_context_takeover), so that a message is the same bytes for every connection
// that shares a window size. What many are sent is compressed once: the last frames made are kept,
// and found again by the content of their message.
//
// Not thread-safe.
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "common/frame.hpp"
#include "memory_budget.hpp"

namespace slipring::web {

class DeflateCache {
 public:
  // Keeps frames, with their messages, of at most `kept` bytes, and the last one in any case.
  // Deflaters are made when first needed and taken from `budget`. REQUIRES: `budget` lives longer.
  DeflateCache(MemoryBudget &budget, std::size_t kept);
  ~DeflateCache();
  DeflateCache(const DeflateCache &) = delete;
  DeflateCache &operator=(const DeflateCache &) = delete;

  // The whole frame (RSV1, a single fragment) of a compressed message; valid until the next call.
  // Empty: it does not get shorter, or there is no memory. `window_bits`: 8 to 15, as agreed.
  std::string_view frame(websocket::Opcode opcode, std::string_view message, int window_bits);

  // How many messages were compressed, not found.
  std::uint64_t compressed() const { return compressed_; }

 private:
  struct Entry {
    std::size_t hash;
    int window_bits;
    websocket::Opcode opcode;
    std::string message;
    std::string frame;

    std::size_t size() const { return message.size() + frame.size(); }
  };
  struct Deflater;

  const Entry *find(const Entry &like, std::string_view message) const;
  Deflater *deflater(int window_bits);
  bool compress(Entry &entry);
  void keep(Entry &&entry);

  MemoryBudget &budget_;
  const std::size_t most_kept_;
  std::size_t kept_ = 0;
  std::uint64_t compressed_ = 0;
  std::deque<Entry> entries_;                           // the newest in front
  std::array<std::unique_ptr<Deflater>, 7> deflaters_;  // for 9 to 15
};

}  // namespace slipring::web
