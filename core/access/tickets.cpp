#include "access/tickets.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>

namespace slipring::access {
namespace {

constexpr size_t random_bytes = 32;

// RFC 4648 §5, without padding.
std::string to_base64url(const std::array<uint8_t, random_bytes> &bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (count += 8; count >= 6;) {
      count -= 6;
      text += digits[(bits >> count) & 63];
    }
  }
  if (count > 0) text += digits[(bits << (6 - count)) & 63];
  return text;
}

}  // namespace

void Tickets::set_limits(const std::optional<TicketLimits> &limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

std::chrono::nanoseconds Tickets::lifetime() const {
  const std::lock_guard lock(mutex_);
  return limits_ ? limits_->lifetime : std::chrono::nanoseconds(0);
}

Result<std::string> Tickets::issue(Holder holder, Clock::time_point now) {
  std::array<uint8_t, random_bytes> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return Status::system("random numbers", errno);
  }
  std::string ticket = to_base64url(random);
  const Digest digest = sha256(ticket);
  const std::lock_guard lock(mutex_);
  if (!limits_) return Status(SLIPRING_UNIMPLEMENTED, "no tickets are issued here");
  drop_expired(now);
  const auto known = of_identity_.find(holder.identity);
  if (known != of_identity_.end() && known->second >= limits_->per_identity) {
    return Status(SLIPRING_RESOURCE_EXHAUSTED, "too many tickets of this identity are unused");
  }
  if (entries_.size() >= limits_->total) {
    return Status(SLIPRING_RESOURCE_EXHAUSTED, "too many tickets are unused");
  }
  ++of_identity_[holder.identity];
  const auto place = by_age_.insert(by_age_.end(), digest);
  entries_.emplace(digest, Entry{std::move(holder), now + limits_->lifetime, place});
  return ticket;
}

std::optional<Tickets::Holder> Tickets::take(std::string_view ticket, Clock::time_point now) {
  const Digest digest = sha256(ticket);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(digest);
  if (found == entries_.end()) return std::nullopt;
  const bool in_time = now < found->second.expires;
  Holder holder = remove(found);
  return in_time ? std::optional(std::move(holder)) : std::nullopt;
}

size_t Tickets::outstanding() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void Tickets::drop_expired(Clock::time_point now) {
  while (!by_age_.empty()) {
    const auto oldest = entries_.find(by_age_.front());
    if (now < oldest->second.expires) return;
    remove(oldest);
  }
}

Tickets::Holder Tickets::remove(Entries::iterator entry) {
  Holder holder = std::move(entry->second.holder);
  by_age_.erase(entry->second.place);
  entries_.erase(entry);
  const auto known = of_identity_.find(holder.identity);
  if (--known->second == 0) of_identity_.erase(known);
  return holder;
}

}  // namespace slipring::access
