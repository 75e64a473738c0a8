// Delivering: the half of ShardEvents that brings events to sessions.
//
// An event that several subscriptions of a session match is delivered once for each format and
// mode, on behalf of the first of them: its drop policy holds, and it announces a gap.
#include <algorithm>
#include <boost/container/small_vector.hpp>

#include "plugin/guard.hpp"
#include "session/shard_events.hpp"

namespace slipring::session {

namespace {

// The matches of one session are next to each other.
template <class Visit>
void for_each_session(std::span<const bus::Match> matches, Visit visit) {
  for (size_t i = 0; i < matches.size();) {
    size_t end = i + 1;
    while (end < matches.size() && matches[end].subscriber == matches[i].subscriber) ++end;
    visit(*static_cast<Session *>(matches[i].subscriber), matches.subspan(i, end - i));
    i = end;
  }
}

}  // namespace

void ShardEvents::deliver(const event::EventRef &event, std::span<const bus::Match> matches,
                          uint32_t flags) {
  const bool replayed = (flags & SLIPRING_EVENT_REPLAYED) != 0;
  fanout_.begin(event, flags);
  for_each_session(matches, [&](Session &session, std::span<const bus::Match> wanted) {
    if (session.closing || (replayed && has_had(session, wanted.front(), *event))) return;
    deliver_to(session, event, wanted, flags);
  });
  fanout_.end();
}

// Another reading of the session, which gets the same bytes, has brought it already.
bool ShardEvents::has_had(Session &session, bus::Match who, const event::Event &event) const {
  Readings &readings = *session.readings;
  if (readings.count() == 1) return false;
  const Reading &reading = *readings.find_serial(who.subscription);
  const auto brought = [&](const auto &other) {
    if (other.serial == reading.serial || !bring_the_same(reading, other)) return false;
    // Of an event from the log nobody knows any more who published it.
    const bool own = event.publisher() == 0 || event.publisher() == session.id;
    return !(other.skip_own && own) && port_.has_had({&session, other.serial}, event, who);
  };
  return std::ranges::any_of(
             readings.all(),
             [&](const Reading &other) { return other.active && brought(other); }) ||
         std::ranges::any_of(readings.ended(), brought);
}

void ShardEvents::deliver_to(Session &session, const event::EventRef &event,
                             std::span<const bus::Match> wanted, uint32_t flags) {
  boost::container::small_vector<uint64_t, 4> formats;
  bool one_by_one = false;
  for (const bus::Match &match : wanted) {
    Reading &reading = *session.readings->find_serial(match.subscription);
    if (reading.skip_own && event->publisher() == session.id) continue;
    if (reading.mode == SLIPRING_DELIVER_PER_SESSION) {
      one_by_one = true;
    } else if (std::find(formats.begin(), formats.end(), reading.format) == formats.end()) {
      formats.push_back(reading.format);
      if (!fanout_.queue_shared(session, reading)) fall_behind(session, *event, wanted, reading);
    }
  }
  if (one_by_one) enqueue(session, event, wanted, flags);
}

// With all readings for which the event would have been delivered once.
void ShardEvents::fall_behind(Session &session, const event::Event &event,
                              std::span<const bus::Match> wanted, const Reading &first) {
  session.behind = true;
  for (const bus::Match &match : wanted) {
    const Reading &reading = *session.readings->find_serial(match.subscription);
    if (bring_the_same(reading, first)) port_.fall_behind(match, event);
  }
}

// So much that the client keeps a round trip's worth in the queue, and can still be read from.
size_t ShardEvents::capacity(bus::Match who) {
  Session &session = *static_cast<Session *>(who.subscriber);
  const Reading &reading = *session.readings->find_serial(who.subscription);
  const Limits &limits = sessions_.limits();
  size_t messages = session.queue.size();
  size_t bytes = session.queue.bytes();
  if (reading.mode == SLIPRING_DELIVER_PER_SESSION && session.deliveries) {
    messages += session.deliveries->waiting.size();
    bytes += session.deliveries->waiting_bytes;
  }
  if (messages < limits.queue_messages / 4 + 1 && bytes < limits.queue_bytes / 4 + 1) {
    return limits.queue_bytes / 4 + 1 - bytes;
  }
  session.behind = true;
  return 0;
}

// Its readings that could be given no more go on when half of what they may queue has gone.
void ShardEvents::look_for_those_behind(Session &session) {
  const Limits &limits = sessions_.limits();
  size_t messages = session.queue.size();
  size_t bytes = session.queue.bytes();
  if (session.deliveries) {
    messages += session.deliveries->waiting.size();
    bytes += session.deliveries->waiting_bytes;
  }
  if (messages > limits.queue_messages / 8 || bytes > limits.queue_bytes / 8) return;
  session.behind = false;
  if (!session.readings) return;
  for (const Reading &reading : session.readings->all()) port_.resume({&session, reading.serial});
}

void ShardEvents::missed(const bus::Missed &missed, std::span<const bus::Match> matches) {
  const OpenGap gap{missed.stream, missed.epoch, missed.from,
                    missed.to,     missed.count, missed.reason};
  for_each_session(matches, [&](Session &session, std::span<const bus::Match> wanted) {
    if (session.closing) return;
    for (const bus::Match &match : wanted) {
      Reading &reading = *session.readings->find_serial(match.subscription);
      reading.mode == SLIPRING_DELIVER_PER_SESSION ? add_gap_among_waiting(session, reading, gap)
                                                   : fanout_.add_gap(session, reading, gap);
    }
  });
}

void ShardEvents::enqueue(Session &session, const event::EventRef &event,
                          std::span<const bus::Match> wanted, uint32_t flags) {
  if (!session.deliveries) session.deliveries = std::make_unique<Deliveries>();
  Delivery delivery;
  for (const bus::Match &match : wanted) {
    const Reading &reading = *session.readings->find_serial(match.subscription);
    const bool own = reading.skip_own && event->publisher() == session.id;
    if (own || reading.mode != SLIPRING_DELIVER_PER_SESSION) continue;
    if (delivery.serial == 0) delivery.serial = reading.serial;
    delivery.subscriptions.push_back(reading.id);
  }
  Reading &reading = *session.readings->find_serial(delivery.serial);
  if (is_full_of_waiting(session, *event)) {
    if (event->record().stream() != 0) return fall_behind(session, *event, wanted, reading);
    if (!make_room_among_waiting(session, reading, *event)) {
      return drop_incoming(session, reading, *event);
    }
  }
  delivery.event = event;
  delivery.flags = flags;
  session.deliveries->waiting_bytes += event->size();
  session.deliveries->waiting.push_back(std::move(delivery));
  list(session);
}

void ShardEvents::drop_incoming(Session &session, Reading &reading, const event::Event &event) {
  if (reading.drop == SLIPRING_DROP_DISCONNECT) {
    sessions_.end_by_host(session, SLIPRING_END_LIMIT, "not reading");
    return;
  }
  const schema::RecordHeader &record = event.record();
  add_gap_among_waiting(
      session, reading,
      {record.stream(), record.epoch(), record.sequence(), record.sequence(), 1, "slow reader"});
}

bool ShardEvents::is_full_of_waiting(const Session &session, const event::Event &incoming) const {
  const Deliveries &deliveries = *session.deliveries;
  const Limits &limits = sessions_.limits();
  return deliveries.waiting.size() >= limits.queue_messages ||
         (!deliveries.waiting.empty() &&
          deliveries.waiting_bytes + incoming.size() > limits.queue_bytes);
}

// The same policies as for a queue; what waits here is few, so they look at all of it.
bool ShardEvents::make_room_among_waiting(Session &session, Reading &reading,
                                          const event::Event &incoming) {
  while (is_full_of_waiting(session, incoming)) {
    const auto victim = victim_among_waiting(*session.deliveries, reading.drop, incoming);
    if (!victim) return false;
    drop_waiting(session, *victim, reading);
  }
  return true;
}

std::optional<size_t> ShardEvents::victim_among_waiting(const Deliveries &deliveries, uint8_t drop,
                                                        const event::Event &incoming) {
  std::optional<size_t> oldest;
  std::optional<size_t> lowest;
  for (size_t i = 0; i < deliveries.waiting.size(); ++i) {
    const Delivery &each = deliveries.waiting[i];
    if (!each.event || each.id != 0) continue;  // a gap, or once taken: the adapter counts on it
    if (each.event->record().stream() != 0) continue;
    if (!oldest) oldest = i;
    if (drop == SLIPRING_DROP_OLDEST) return oldest;
    if (drop == SLIPRING_DROP_LATEST_PER_KEY && each.event->key() == incoming.key()) return i;
    const uint8_t least =
        lowest ? deliveries.waiting[*lowest].event->priority() : incoming.priority();
    if (each.event->priority() < least) lowest = i;
  }
  if (drop == SLIPRING_DROP_BY_PRIORITY) return lowest;
  return drop == SLIPRING_DROP_LATEST_PER_KEY ? oldest : std::nullopt;
}

void ShardEvents::drop_waiting(Session &session, size_t index, Reading &taker) {
  Deliveries &deliveries = *session.deliveries;
  const auto at = deliveries.waiting.begin() + static_cast<std::ptrdiff_t>(index);
  const event::EventRef event = std::move(at->event);
  deliveries.waiting_bytes -= event->size();
  const schema::RecordHeader &record = event->record();
  Reading *const own = session.readings->find_serial(at->serial);
  Reading &reading = own == nullptr ? taker : *own;
  const OpenGap missing{record.stream(), record.epoch(), record.sequence(), record.sequence(), 1,
                        "slow reader"};
  if (OpenGap *const gap = reading.open_gap(record.stream())) {
    gap->extend(missing);
    deliveries.waiting.erase(at);
    return;
  }
  reading.gaps.push_back(missing);
  at->serial = reading.serial;
  at->stream = record.stream();
}

void ShardEvents::add_gap_among_waiting(Session &session, Reading &reading, const OpenGap &gap) {
  if (!session.deliveries) session.deliveries = std::make_unique<Deliveries>();
  if (OpenGap *const open = reading.open_gap(gap.stream)) {
    open->extend(gap);
    return;
  }
  reading.gaps.push_back(gap);
  Delivery place;
  place.serial = reading.serial;
  place.stream = gap.stream;
  session.deliveries->waiting.push_back(std::move(place));
  list(session);
}

// The reading ends: what it has not announced another one does.
void ShardEvents::hand_over_gaps(Session &session, Reading &from) {
  for (Reading &other : session.readings->all()) {
    if (&other == &from || !other.active || other.mode != from.mode) continue;
    for (const OpenGap &gap : from.gaps) {
      from.mode == SLIPRING_DELIVER_PER_SESSION ? add_gap_among_waiting(session, other, gap)
                                                : fanout_.add_gap(session, other, gap);
    }
    break;
  }
}

void ShardEvents::list(Session &session) {
  if (session.deliveries->listed) return;
  session.deliveries->listed = true;
  to_offer_.push_back(session.id);
}

// Offers what waits, as far as the window goes.
void ShardEvents::offer(Session &session) {
  Deliveries &deliveries = *session.deliveries;
  while (!deliveries.waiting.empty() && !session.closing && !deliveries.held) {
    if (!deliveries.waiting.front().event) {
      const Delivery place = std::move(deliveries.waiting.front());
      deliveries.waiting.pop_front();
      announce_gap(session, place);
      continue;
    }
    if (!deliveries.has_room() || !offer_one(session)) break;
  }
  if (session.behind) look_for_those_behind(session);
}

// False: the adapter wants nothing now.
bool ShardEvents::offer_one(Session &session) {
  Deliveries &deliveries = *session.deliveries;
  Delivery delivery = std::move(deliveries.waiting.front());
  deliveries.waiting.pop_front();
  if (delivery.id == 0) delivery.id = ++deliveries.last_id;
  ++delivery.attempts;
  const EventView view(*delivery.event, streams_, delivery.flags);
  const slipring_delivery offered{sizeof(slipring_delivery),
                                  delivery.id,
                                  view.abi(),
                                  delivery.subscriptions.data(),
                                  delivery.subscriptions.size(),
                                  delivery.attempts,
                                  delivery.redelivered};
  plugin::Instance &adapter = *session.adapter;
  const size_t size = delivery.event->size();
  // In flight already while it is offered: it may be settled from inside.
  const slipring_delivery_id id = delivery.id;
  deliveries.waiting_bytes -= size;
  const auto before = std::upper_bound(
      deliveries.in_flight.begin(), deliveries.in_flight.end(), id,
      [](slipring_delivery_id wanted, const Delivery &each) { return wanted < each.id; });
  deliveries.in_flight.insert(before, delivery);
  offering_ = &delivery;
  const slipring_status code = plugin::guard(adapter, "deliver", [&] {
    return adapter.generation.deliver()->deliver(adapter.adapter, session.id, session.state,
                                                 &offered);
  });
  offering_ = nullptr;
  if (code == SLIPRING_OK) return true;
  const auto index = deliveries.find_in_flight(id);
  if (index) {
    deliveries.in_flight.erase(deliveries.in_flight.begin() + static_cast<std::ptrdiff_t>(*index));
  }
  if (code != SLIPRING_RESOURCE_EXHAUSTED) {
    rejected_total_.add();
    return true;
  }
  --delivery.attempts;
  deliveries.held = true;
  deliveries.waiting_bytes += size;
  deliveries.waiting.push_front(std::move(delivery));
  return false;
}

void ShardEvents::announce_gap(Session &session, const Delivery &place) {
  Reading *const reading = session.readings ? session.readings->find_serial(place.serial) : nullptr;
  const OpenGap *const gap = reading == nullptr ? nullptr : reading->open_gap(place.stream);
  plugin::Instance &adapter = *session.adapter;
  if (gap == nullptr) return;
  const slipring_gap described = fanout_.describe(*reading, *gap);
  reading->gaps.erase(reading->gaps.begin() + (gap - reading->gaps.data()));
  if (adapter.generation.deliver()->gap == nullptr) return;
  plugin::guard_void(adapter, "gap", [&] {
    adapter.generation.deliver()->gap(adapter.adapter, session.id, session.state, &described);
  });
}

}  // namespace slipring::session
