// How often a client address may publish: a bucket of tokens for each, as large as the quota,
// filled evenly within the window. An IPv6 network of 64 bits is one address: its host has them
// all.
//
// What is kept is bounded: a bucket that is full again is as good as none. When more addresses than
// `most_addresses` are short of tokens at the same time, one of them is forgotten for each new one.
//
// Thread-safety: one thread, the shard's. Shards do not know of each other's buckets.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace slipring::rest {

class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t most_addresses = 65'536;

  // `quota` publishes in `window`; 0: no limit.
  RateLimit(uint64_t quota, std::chrono::seconds window);

  bool limits() const noexcept { return quota_ > 0; }

  struct Taken {
    bool allowed = true;
    uint64_t remaining = 0;      // tokens
    uint64_t full_after_s = 0;   // until the whole quota is there again
    uint64_t retry_after_s = 0;  // until there is a token; 0: there is one
  };
  // A token of `peer`, "192.0.2.1:4711". REQUIRES: limits().
  Taken take(std::string_view peer, Clock::time_point now);

  // The fields of draft-ietf-httpapi-ratelimit-headers-10.
  std::string policy() const;                    // "publish";q=100;w=60
  static std::string field(const Taken &taken);  // "publish";r=99;t=1

  size_t addresses() const noexcept { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens;
    Clock::time_point filled;  // up to then
  };
  double tokens_at(const Bucket &bucket, Clock::time_point now) const;
  void make_room(Clock::time_point now);

  const uint64_t quota_;
  const std::chrono::seconds window_;
  const double per_second_;
  std::unordered_map<uint64_t, Bucket> buckets_;
  Clock::time_point looked_through_{};
};

// What a peer is counted as.
uint64_t address_key(std::string_view peer);

}  // namespace slipring::rest
