// Compression: what all WebSockets of a shard share to inflate and deflate, within a budget of
// memory (WebSocketLimits::deflate_memory).
//
// An inflater takes some 40 KiB, so none waits on an idle connection: one that keeps the context of
// its messages gets its own with its first compressed message, any other borrows one for a message.
//
// Thread-safety: its shard. Lives longer than the WebSockets that use it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deflate_cache.hpp"
#include "deflate_offer.hpp"
#include "inflater.hpp"
#include "memory_budget.hpp"
#include "settings.hpp"

namespace slipring::web {

class Compression {
 public:
  explicit Compression(const WebSocketLimits &limits);
  ~Compression();
  Compression(const Compression &) = delete;
  Compression &operator=(const Compression &) = delete;

  // Grants a new connection what it offers: with less when memory gets short (the client is asked
  // to keep no context), or nothing when it is used up. `release` is owed for what was granted.
  bool grant(Deflation &deflation);
  void release(const Deflation &deflation);

  // For one message, or with `client_takes_over` until the connection ends. nullptr: no memory.
  std::unique_ptr<Inflater> borrow(const Deflation &deflation);
  void give_back(std::unique_ptr<Inflater> inflater, const Deflation &deflation);

  // Where inflated bytes are put before they are handed on.
  std::span<char> scratch();

  DeflateCache &cache() { return cache_; }
  // Where the pieces of a message are joined.
  std::string &joined() { return joined_; }
  std::size_t memory_used() const { return budget_.used(); }

 private:
  MemoryBudget budget_;
  DeflateCache cache_;
  std::unique_ptr<Inflater> spare_;  // of the largest window, counted
  std::vector<char> scratch_;
  std::string joined_;
};

}  // namespace slipring::web
