#include "rate_limit.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

namespace slipring::rest {

namespace {

uint64_t seconds_for(double tokens, double per_second) {
  return tokens <= 0 ? 0 : static_cast<uint64_t>(std::ceil(tokens / per_second));
}

}  // namespace

// IPv4 addresses are the network ::/64, which no host on the Internet has.
uint64_t address_key(std::string_view peer) {
  std::string address(peer.substr(0, peer.rfind(':')));
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return ntohl(v4.s_addr);
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return std::hash<std::string>()(address);
  uint32_t last = 0;
  std::memcpy(&last, v6.s6_addr + 12, sizeof last);
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return ntohl(last);
  uint64_t network = 0;
  for (size_t i = 0; i < 8; ++i) network = network << 8 | v6.s6_addr[i];
  return network;
}

RateLimit::RateLimit(uint64_t quota, std::chrono::seconds window)
    : quota_(quota),
      window_(window),
      per_second_(static_cast<double>(quota) / static_cast<double>(window.count())) {}

double RateLimit::tokens_at(const Bucket &bucket, Clock::time_point now) const {
  const std::chrono::duration<double> passed = now - bucket.filled;
  const double tokens = bucket.tokens + std::max(0.0, passed.count()) * per_second_;
  return std::min(static_cast<double>(quota_), tokens);
}

void RateLimit::make_room(Clock::time_point now) {
  if (now - looked_through_ >= std::chrono::seconds(1)) {
    looked_through_ = now;
    std::erase_if(buckets_, [&](const auto &each) {
      return tokens_at(each.second, now) >= static_cast<double>(quota_);
    });
  }
  if (buckets_.size() >= most_addresses) buckets_.erase(buckets_.begin());
}

RateLimit::Taken RateLimit::take(std::string_view peer, Clock::time_point now) {
  const uint64_t key = address_key(peer);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= most_addresses) make_room(now);
    found = buckets_.emplace(key, Bucket{static_cast<double>(quota_), now}).first;
  }
  Bucket &bucket = found->second;
  bucket.tokens = tokens_at(bucket, now);
  bucket.filled = std::max(bucket.filled, now);
  Taken taken;
  taken.allowed = bucket.tokens >= 1;
  if (taken.allowed) bucket.tokens -= 1;
  taken.remaining = static_cast<uint64_t>(bucket.tokens);
  taken.full_after_s = seconds_for(static_cast<double>(quota_) - bucket.tokens, per_second_);
  taken.retry_after_s = taken.allowed ? 0 : seconds_for(1 - bucket.tokens, per_second_);
  return taken;
}

std::string RateLimit::policy() const {
  return "\"publish\";q=" + std::to_string(quota_) + ";w=" + std::to_string(window_.count());
}

std::string RateLimit::field(const Taken &taken) {
  return "\"publish\";r=" + std::to_string(taken.remaining) +
         ";t=" + std::to_string(taken.full_after_s);
}

}  // namespace slipring::rest
