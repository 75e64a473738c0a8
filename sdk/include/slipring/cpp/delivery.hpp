// Delivery event by event, for protocols that acknowledge (ext/deliver.h).
#ifndef SLIPRING_CPP_DELIVERY_HPP
#define SLIPRING_CPP_DELIVERY_HPP

#include <slipring/ext/deliver.h>

#include <slipring/cpp/event.hpp>
#include <slipring/cpp/host_tables.hpp>
#include <slipring/cpp/status.hpp>
#include <span>

namespace slipring::sdk {

// One event for one session. Borrowed for the call.
struct Delivery {
  explicit Delivery(const slipring_delivery &raw) noexcept
      : id(raw.id),
        event(*raw.event),
        subscriptions(raw.subscriptions, raw.subscription_count),
        attempt(raw.attempt),
        redelivered(raw.redelivered != 0) {}

  slipring_delivery_id id;
  EventView event;
  std::span<const uint64_t> subscriptions;  // ids of those that match
  uint32_t attempt;                         // 1 the first time
  bool redelivered;  // this identity had it before, on a connection that is gone
};

enum class Outcome : uint32_t {
  done = SLIPRING_SETTLE_DONE,      // acknowledged
  refuse = SLIPRING_SETTLE_REFUSE,  // again after a delay
  reject = SLIPRING_SETTLE_REJECT   // never again
};

// What a session has in flight. Got from Session::deliveries(); as cheap, and as long valid.
class Deliveries {
 public:
  Deliveries(const HostTables &host, slipring_session session) noexcept
      : host_(&host), session_(session) {}

  // How many may be unsettled; 0, the default, stops.
  Status window(uint32_t size) noexcept {
    if (host_->deliveries == nullptr) return lacking();
    return host_->deliveries->set_window(host_->host, session_, size);
  }

  // Inside `deliver` only: queues the shared rendering in `format`, with the values of its GIVEN
  // holes, concatenated in order.
  Status queue(slipring_delivery_id id, uint64_t format, std::string_view holes = {}) noexcept {
    if (host_->deliveries == nullptr) return lacking();
    return host_->deliveries->queue(host_->host, session_, id, format, bytes(holes));
  }

  // Ends a delivery. NOT_FOUND: it has ended before, or gone elsewhere; harmless.
  Status settle(slipring_delivery_id id, Outcome outcome, uint64_t delay_ns = 0) noexcept {
    if (host_->deliveries == nullptr) return lacking();
    return host_->deliveries->settle(host_->host, session_, id, static_cast<uint32_t>(outcome),
                                     delay_ns, nullptr);
  }

  // After `deliver` has answered RESOURCE_EXHAUSTED: offer again.
  Status ready() noexcept {
    if (host_->deliveries == nullptr) return lacking();
    return host_->deliveries->ready(host_->host, session_);
  }

  // Offers these again, all unsettled ones when there are none, before anything new.
  Status resend(std::span<const slipring_delivery_id> ids = {}) noexcept {
    if (host_->deliveries == nullptr) return lacking();
    return host_->deliveries->resend(host_->host, session_, ids.data(), ids.size());
  }

 private:
  static Status lacking() { return HostTables::lacking(SLIPRING_DELIVER); }

  const HostTables *host_;
  slipring_session session_;
};

}  // namespace slipring::sdk

#endif
