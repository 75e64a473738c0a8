// Settling: what adapters say of the events they were offered (slipring/ext/deliver.h).
#include <algorithm>

#include "session/shard_events.hpp"

namespace slipring::session {

Deliveries *ShardEvents::deliveries_for(const slipring_host *host, slipring_session id,
                                        Session *&session) {
  session = sessions_.find_for(host, id);
  if (session == nullptr) return nullptr;
  if (!session->deliveries) session->deliveries = std::make_unique<Deliveries>();
  return session->deliveries.get();
}

slipring_status ShardEvents::set_window(const slipring_host *host, slipring_session id,
                                        uint32_t window) {
  Session *session = nullptr;
  Deliveries *const deliveries = deliveries_for(host, id, session);
  if (deliveries == nullptr) return SLIPRING_NOT_FOUND;
  deliveries->window = window;
  list(*session);
  return SLIPRING_OK;
}

slipring_status ShardEvents::queue(const slipring_host *host, slipring_session id,
                                   slipring_delivery_id delivery, uint64_t format,
                                   slipring_bytes holes) {
  Session *const session = sessions_.find_for(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  if (offering_ == nullptr || offering_->id != delivery || session->closing) {
    return SLIPRING_FAILED_PRECONDITION;
  }
  if (session->adapter->generation.render() == nullptr) return SLIPRING_FAILED_PRECONDITION;
  const Reading *const reading = session->readings->find_serial(offering_->serial);
  const std::string cursor = reading == nullptr ? "" : cursor_of(*session, *reading);
  return fanout_.queue_delivery(*session, offering_->event, format, holes, cursor);
}

slipring_status ShardEvents::settle(const slipring_host *host, slipring_session id,
                                    slipring_delivery_id delivery, uint32_t outcome,
                                    uint64_t delay_ns) {
  Session *session = nullptr;
  Deliveries *const deliveries = deliveries_for(host, id, session);
  const auto index = deliveries == nullptr ? std::nullopt : deliveries->find_in_flight(delivery);
  if (!index) return SLIPRING_NOT_FOUND;
  if (outcome < SLIPRING_SETTLE_DONE || outcome > SLIPRING_SETTLE_KEEP) {
    return SLIPRING_INVALID_ARGUMENT;
  }
  if (outcome == SLIPRING_SETTLE_KEEP) return SLIPRING_UNIMPLEMENTED;
  const auto at = deliveries->in_flight.begin() + static_cast<std::ptrdiff_t>(*index);
  Delivery settled = std::move(*at);
  deliveries->in_flight.erase(at);
  if (outcome == SLIPRING_SETTLE_REJECT) rejected_total_.add();
  if (outcome == SLIPRING_SETTLE_REFUSE) {
    settled.due = now_ + std::chrono::nanoseconds(delay_ns);
    delayed_.push_back({session->id, std::move(settled)});
  }
  list(*session);
  return SLIPRING_OK;
}

// Those whose delay is over stand first in line again.
void ShardEvents::end_delays() {
  const auto due =
      std::stable_partition(delayed_.begin(), delayed_.end(),
                            [&](const Delayed &each) { return each.delivery.due > now_; });
  for (auto each = due; each != delayed_.end(); ++each) {
    Session *const session = sessions_.table().find(each->session);
    if (session != nullptr) return_to_waiting(*session, std::move(each->delivery));
  }
  delayed_.erase(due, delayed_.end());
}

// Before whatever was never offered, in order of the ids.
void ShardEvents::return_to_waiting(Session &session, Delivery delivery) {
  Deliveries &deliveries = *session.deliveries;
  deliveries.waiting_bytes += delivery.event->size();
  const auto place =
      std::find_if(deliveries.waiting.begin(), deliveries.waiting.end(),
                   [&](const Delivery &each) { return each.id == 0 || each.id > delivery.id; });
  deliveries.waiting.insert(place, std::move(delivery));
  list(session);
}

slipring_status ShardEvents::ready(const slipring_host *host, slipring_session id) {
  Session *session = nullptr;
  Deliveries *const deliveries = deliveries_for(host, id, session);
  if (deliveries == nullptr) return SLIPRING_NOT_FOUND;
  deliveries->held = false;
  list(*session);
  return SLIPRING_OK;
}

slipring_status ShardEvents::resend(const slipring_host *host, slipring_session id,
                                    const slipring_delivery_id *of, size_t count) {
  Session *session = nullptr;
  Deliveries *const deliveries = deliveries_for(host, id, session);
  if (deliveries == nullptr) return SLIPRING_NOT_FOUND;
  const auto selected = [&](const Delivery &each) {
    return of == nullptr || std::find(of, of + count, each.id) != of + count;
  };
  std::deque<Delivery> stay;
  for (Delivery &each : deliveries->in_flight) {
    if (!selected(each)) {
      stay.push_back(std::move(each));
      continue;
    }
    each.redelivered = true;
    return_to_waiting(*session, std::move(each));
  }
  deliveries->in_flight = std::move(stay);
  return SLIPRING_OK;
}

}  // namespace slipring::session
