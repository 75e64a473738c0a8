// Subscribing: the half of ShardEvents that keeps readings.
//
// A reading is made at once and becomes active when the bus says so: then the adapter is told, and
// the next event is its first.
#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>

#include "base/topic.hpp"
#include "event/cursor.hpp"
#include "plugin/guard.hpp"
#include "session/shard_events.hpp"

namespace slipring::session {

Status ShardEvents::check_start(const slipring_subscription &subscription) const {
  const slipring_start *const start = subscription.start;
  if (start == nullptr || start->kind == SLIPRING_START_NOW) return Status::ok();
  if (start->kind > SLIPRING_START_AFTER) return Status::invalid("start: no such kind");
  return {SLIPRING_UNIMPLEMENTED, "start: these streams are kept in memory only, accepted: now"};
}

Status ShardEvents::check(const Session &session, const slipring_subscription &subscription) const {
  const plugin::Generation &adapter = session.adapter->generation;
  if (subscription.filter_count == 0) return Status::invalid("a subscription needs a filter");
  for (size_t i = 0; i < subscription.filter_count; ++i) {
    Status status = check_filter(to_text(subscription.filters[i]));
    if (!status.is_ok()) return status;
  }
  if (Status status = check_start(subscription); !status.is_ok()) return status;
  if (subscription.group != nullptr || subscription.recorded != 0) {
    return {SLIPRING_UNIMPLEMENTED, "there are no groups and no durable records yet"};
  }
  if (subscription.drop > SLIPRING_DROP_DISCONNECT) return Status::invalid("no such drop policy");
  const bool shared = subscription.mode == SLIPRING_DELIVER_SHARED;
  if (shared && adapter.render() == nullptr) {
    return {SLIPRING_FAILED_PRECONDITION, "the adapter lacks " SLIPRING_RENDER};
  }
  if (!shared && subscription.mode != SLIPRING_DELIVER_PER_SESSION) {
    return Status::invalid("no such mode of delivery");
  }
  if (!shared && adapter.deliver() == nullptr) {
    return {SLIPRING_FAILED_PRECONDITION, "the adapter lacks " SLIPRING_DELIVER};
  }
  return Status::ok();
}

Status ShardEvents::check_limits(const Session &session,
                                 const slipring_subscription &subscription) const {
  const Limits &limits = sessions_.limits();
  const size_t readings = session.readings ? session.readings->all().size() : 0;
  const size_t filters = session.readings ? session.readings->filters() : 0;
  if (readings >= limits.subscriptions) {
    return {SLIPRING_RESOURCE_EXHAUSTED,
            "a session may have " + std::to_string(limits.subscriptions) + " subscriptions"};
  }
  if (filters + subscription.filter_count > limits.filters) {
    return {SLIPRING_RESOURCE_EXHAUSTED,
            "a session may have " + std::to_string(limits.filters) + " filters"};
  }
  return Status::ok();
}

void ShardEvents::change(Reading &reading, const slipring_subscription &subscription) {
  reading.mode = static_cast<uint8_t>(subscription.mode);
  reading.drop =
      static_cast<uint8_t>(subscription.drop != 0 ? subscription.drop : sessions_.limits().drop);
  reading.skip_own = subscription.skip_own != 0;
  reading.format = subscription.format;
}

namespace {

bool has_filters(const Reading &reading, const slipring_subscription &subscription) {
  return std::equal(reading.filters.begin(), reading.filters.end(), subscription.filters,
                    subscription.filters + subscription.filter_count,
                    [](const std::string &a, slipring_bytes b) { return a == to_text(b); });
}

}  // namespace

slipring_status ShardEvents::add(const slipring_host *host, slipring_session id,
                                 const slipring_subscription &subscription, const slipring_tag *tag,
                                 slipring_token *token) {
  why_.clear();
  Session *const session = sessions_.find_for(host, id);
  if (session == nullptr) return refuse(SLIPRING_NOT_FOUND, "no such session");
  if (session->closing) return refuse(SLIPRING_FAILED_PRECONDITION, "the session is being closed");
  Status status = check(*session, subscription);
  Reading *known = session->readings ? session->readings->find(subscription.id) : nullptr;
  if (status.is_ok() && known == nullptr) status = check_limits(*session, subscription);
  if (status.is_ok() && known != nullptr &&
      (!known->active || !has_filters(*known, subscription))) {
    status = {SLIPRING_ALREADY_EXISTS, "the id is in use"};
  }
  if (!status.is_ok()) return refuse(status.code(), status.message());
  Operation *operation = nullptr;
  const slipring_status code =
      begin_operation(*session, SLIPRING_DONE_SUBSCRIBE, tag, token, &operation);
  if (code != SLIPRING_OK) return code;
  if (known != nullptr) {
    change(*known, subscription);
    known->token = operation->token;
    changed_.push_back({session->id, known->serial});
    return SLIPRING_OK;
  }
  begin_reading(*session, subscription, *operation);
  return SLIPRING_OK;
}

void ShardEvents::begin_reading(Session &session, const slipring_subscription &subscription,
                                const Operation &operation) {
  if (!session.readings) session.readings = std::make_unique<Readings>();
  Reading &reading = session.readings->add(subscription.id);
  change(reading, subscription);
  reading.token = operation.token;
  for (size_t i = 0; i < subscription.filter_count; ++i) {
    reading.filters.emplace_back(to_text(subscription.filters[i]));
  }
  port_.subscribe({&session, reading.serial}, reading.filters);
}

void ShardEvents::subscribed(bus::Match who, const bus::Origin &origin) {
  Session &session = *static_cast<Session *>(who.subscriber);
  Reading *const reading = session.readings->find_serial(who.subscription);
  reading->active = true;
  tell_subscribed(*reading, origin);
}

void ShardEvents::tell_subscribed(Reading &reading, const bus::Origin &origin) {
  const std::string cursor = cursor_text(origin);
  const slipring_origin where{sizeof(slipring_origin), SLIPRING_FROM_LIVE, 0, 0, {}, {}, {},
                              to_bytes(cursor)};
  const slipring_subscribed result{sizeof(slipring_subscribed), reading.id, &where,
                                   origin.ephemeral, 0};
  complete(std::exchange(reading.token, 0), SLIPRING_OK, &result, {});
}

void ShardEvents::tell_changed() {
  for (const Changed &each : std::exchange(changed_, {})) {
    Session *const session = sessions_.table().find(each.session);
    Reading *const reading = session == nullptr || !session->readings
                                 ? nullptr
                                 : session->readings->find_serial(each.serial);
    if (reading != nullptr) tell_subscribed(*reading, port_.stand({session, reading->serial}));
  }
}

slipring_status ShardEvents::remove(const slipring_host *host, slipring_session id,
                                    uint64_t reading_id) {
  why_.clear();
  Session *const session = sessions_.find_for(host, id);
  Reading *const reading =
      session == nullptr || !session->readings ? nullptr : session->readings->find(reading_id);
  if (reading == nullptr) return refuse(SLIPRING_NOT_FOUND, "no such subscription");
  port_.unsubscribe({session, reading->serial});
  if (reading->token != 0) done_.push_back({reading->token, SLIPRING_CANCELLED});
  hand_over_gaps(*session, *reading);
  session->readings->remove(*reading);
  return SLIPRING_OK;
}

slipring_status ShardEvents::cursor(const slipring_host *host, slipring_session id,
                                    uint64_t reading_id, const slipring_writer &writer) {
  Session *const session = sessions_.find_for(host, id);
  Reading *const reading =
      session == nullptr || !session->readings ? nullptr : session->readings->find(reading_id);
  if (reading == nullptr) return SLIPRING_NOT_FOUND;
  if (!reading->active) return SLIPRING_FAILED_PRECONDITION;
  return writer.write(writer.context, to_bytes(cursor_of(*session, *reading)));
}

std::string ShardEvents::cursor_of(Session &session, const Reading &reading) const {
  return cursor_text(port_.stand({&session, reading.serial}));
}

// Empty when only ephemeral topics are reached: there is no way back to them.
std::string ShardEvents::cursor_text(const bus::Origin &origin) const {
  if (origin.positions.empty()) return {};
  boost::container::small_vector<event::ParsedPosition, 2> positions;
  for (const event::Position &position : origin.positions) {
    positions.push_back({streams_.find(position.stream)->name, position.epoch, position.sequence});
  }
  std::array<char, event::max_cursor_text_size> text;
  return {text.data(), event::print_cursor({positions.data(), positions.size()}, text)};
}

}  // namespace slipring::session
