// Tickets: credentials that are good once and for a short time, for clients that can put a
// credential nowhere but into an address.
//
// A ticket is 256 random bits; kept is its SHA-256 alone, with whom it names and which Origin it
// was issued to. Taking one ends it, so of two that come with the same ticket, on whatever shards,
// one gets it. How many may be outstanding is bounded, in all and for each identity. They do not
// outlive the host.
//
// Thread-safety: any thread, under one lock: nobody comes here but who has a ticket or wants one.
#pragma once

#include <chrono>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/digest.hpp"
#include "base/status.hpp"

namespace slipring::access {

struct TicketLimits {
  std::chrono::nanoseconds lifetime = std::chrono::seconds(30);
  size_t total = 10'000;
  size_t per_identity = 100;

  bool operator==(const TicketLimits &) const = default;
};

class Tickets {
 public:
  using Clock = std::chrono::steady_clock;

  struct Holder {
    std::string identity;
    std::string origin;  // empty: it was issued to no web page
  };

  // Holds for tickets issued from now on; nothing, as at first: none are.
  void set_limits(const std::optional<TicketLimits> &limits);
  std::chrono::nanoseconds lifetime() const;

  // RESOURCE_EXHAUSTED: too many are outstanding. UNIMPLEMENTED: none are issued.
  Result<std::string> issue(Holder holder, Clock::time_point now = Clock::now());
  // Nothing: there is no such ticket, or no longer.
  std::optional<Holder> take(std::string_view ticket, Clock::time_point now = Clock::now());

  size_t outstanding() const;

 private:
  struct Hash {
    size_t operator()(const Digest &digest) const {
      size_t hash;  // of what is random already
      std::memcpy(&hash, digest.data(), sizeof hash);
      return hash;
    }
  };
  struct Entry {
    Holder holder;
    Clock::time_point expires;
    std::list<Digest>::iterator place;
  };
  using Entries = std::unordered_map<Digest, Entry, Hash>;

  void drop_expired(Clock::time_point now);
  Holder remove(Entries::iterator entry);

  mutable std::mutex mutex_;
  std::optional<TicketLimits> limits_;
  Entries entries_;
  std::list<Digest> by_age_;  // oldest first
  std::unordered_map<std::string, size_t> of_identity_;
};

}  // namespace slipring::access
