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

namespace {

constexpr bus::Start::Kind kinds[] = {bus::Start::Kind::now,
                                      bus::Start::Kind::now,
                                      bus::Start::Kind::earliest,
                                      bus::Start::Kind::retained,
                                      bus::Start::Kind::last_per_topic,
                                      bus::Start::Kind::last,
                                      bus::Start::Kind::time,
                                      bus::Start::Kind::after};
static_assert(std::size(kinds) == SLIPRING_START_AFTER + 1);

}  // namespace

Result<bus::Start> ShardEvents::start_of(const slipring_start *given) const {
  bus::Start start;
  if (given == nullptr) return start;
  if (given->kind > SLIPRING_START_AFTER) return Status::invalid("start: no such kind");
  start.kind = kinds[given->kind];
  start.number = given->number;
  if (start.kind != bus::Start::Kind::after) return start;
  for (uint32_t i = 0; i < given->cursor_count; ++i) {
    Status status = bus::add_positions(start, to_text(given->cursors[i]), streams_);
    if (!status.is_ok()) return status;
  }
  if (start.positions.empty()) return Status::invalid("start: no cursor or position is given");
  return start;
}

Status ShardEvents::check_reach(const slipring_subscription &subscription) const {
  std::vector<std::string> filters;
  for (size_t i = 0; i < subscription.filter_count; ++i) {
    filters.emplace_back(to_text(subscription.filters[i]));
  }
  return streams_.check_reach(filters);
}

Status ShardEvents::check(const Session &session, const slipring_subscription &subscription) const {
  const plugin::Generation &adapter = session.adapter->generation;
  if (subscription.filter_count == 0) return Status::invalid("a subscription needs a filter");
  for (size_t i = 0; i < subscription.filter_count; ++i) {
    Status status = check_filter(to_text(subscription.filters[i]));
    if (!status.is_ok()) return status;
  }
  if (Status status = check_reach(subscription); !status.is_ok()) return status;
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
  const size_t readings = session.readings ? session.readings->count() : 0;
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
  if (session->readings) forget_ended(*session);
  Reading *known = session->readings ? session->readings->find(subscription.id) : nullptr;
  if (status.is_ok() && known == nullptr) status = check_limits(*session, subscription);
  if (status.is_ok() && known != nullptr &&
      (!known->active || !has_filters(*known, subscription))) {
    status = {SLIPRING_ALREADY_EXISTS, "the id is in use"};
  }
  if (!status.is_ok()) return refuse(status.code(), status.message());
  auto start = start_of(subscription.start);
  if (!start) return refuse(start.status().code(), start.status().message());
  if (known != nullptr && start->kind != bus::Start::Kind::now) {
    return refuse(SLIPRING_UNIMPLEMENTED,
                  "start: a subscription that is there goes on, accepted: now");
  }
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
  begin_reading(*session, subscription, std::move(*start), *operation);
  return SLIPRING_OK;
}

void ShardEvents::begin_reading(Session &session, const slipring_subscription &subscription,
                                bus::Start start, const Operation &operation) {
  if (!session.readings) session.readings = std::make_unique<Readings>();
  Reading &reading = session.readings->add(subscription.id);
  change(reading, subscription);
  reading.token = operation.token;
  for (size_t i = 0; i < subscription.filter_count; ++i) {
    reading.filters.emplace_back(to_text(subscription.filters[i]));
  }
  port_.subscribe({&session, reading.serial}, reading.filters, std::move(start));
}

void ShardEvents::subscribed(bus::Match who, const bus::Origin &origin) {
  Session &session = *static_cast<Session *>(who.subscriber);
  Reading *const reading = session.readings->find_serial(who.subscription);
  reading->active = true;
  tell_subscribed(*reading, origin);
}

void ShardEvents::refused(bus::Match who, const Status &why) {
  Session &session = *static_cast<Session *>(who.subscriber);
  Reading *const reading = session.readings->find_serial(who.subscription);
  const slipring_token token = reading->token;
  session.readings->remove(*reading);
  complete(token, why.code(), nullptr, why.message());
}

void ShardEvents::tell(const bus::Origin &origin, Told &told) const {
  slipring_origin &where = told.origin;
  told.cursor = cursor_text(origin);
  where.struct_size = sizeof(where);
  where.kind = SLIPRING_FROM_LIVE;
  where.cursor = to_bytes(told.cursor);
  where.recovered = origin.recovered;
  if (origin.recovered != 0) where.kind = SLIPRING_FROM_RECOVERED;
  if (!origin.gap) return;
  where.kind = SLIPRING_FROM_GAP;
  where.reason = to_bytes(std::string_view(origin.gap->reason));
  if (origin.gap->stream == 0) return;
  told.gap_from = position_text(origin.gap->stream, origin.gap->epoch, origin.gap->from);
  told.gap_to = position_text(origin.gap->stream, origin.gap->epoch, origin.gap->to);
  where.gap_from = to_bytes(told.gap_from);
  where.gap_to = to_bytes(told.gap_to);
}

void ShardEvents::tell_subscribed(Reading &reading, const bus::Origin &origin) {
  Told told;
  tell(origin, told);
  const slipring_subscribed result{sizeof(slipring_subscribed), reading.id, &told.origin,
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

// Whether readings that would bring the same bytes have not come yet to where it is.
bool ShardEvents::is_ahead_of_others(Session &session, const EndedReading &ended) const {
  const bus::Origin place = port_.stand({&session, ended.serial});
  return std::ranges::any_of(session.readings->all(), [&](const Reading &other) {
    if (other.serial == ended.serial || !other.active || !bring_the_same(other, ended)) {
      return false;
    }
    const bus::Origin stand = port_.stand({&session, other.serial});
    return std::ranges::any_of(stand.positions, [&](const event::Position &each) {
      const auto at = std::ranges::find(place.positions, each.stream, &event::Position::stream);
      return at != place.positions.end() && each.sequence < at->sequence;
    });
  });
}

void ShardEvents::forget_ended(Session &session) {
  std::erase_if(session.readings->ended(), [&](const EndedReading &ended) {
    const bool ahead = is_ahead_of_others(session, ended);
    if (!ahead) port_.forget({&session, ended.serial});
    return !ahead;
  });
}

slipring_status ShardEvents::remove(const slipring_host *host, slipring_session id,
                                    uint64_t reading_id) {
  why_.clear();
  Session *const session = sessions_.find_for(host, id);
  Reading *const reading =
      session == nullptr || !session->readings ? nullptr : session->readings->find(reading_id);
  if (reading == nullptr) return refuse(SLIPRING_NOT_FOUND, "no such subscription");
  const EndedReading ended{reading->serial, reading->mode, reading->skip_own, reading->format,
                           reading->filters.size()};
  if (reading->active && is_ahead_of_others(*session, ended)) {
    port_.retire({session, ended.serial});
    session->readings->ended().push_back(ended);
  } else {
    port_.unsubscribe({session, ended.serial});
  }
  if (reading->token != 0) done_.push_back({reading->token, SLIPRING_CANCELLED});
  hand_over_gaps(*session, *reading);
  session->readings->remove(*reading);
  forget_ended(*session);
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

std::string ShardEvents::position_text(uint32_t stream, uint64_t epoch, uint64_t sequence) const {
  std::array<char, event::max_position_text_size> text;
  return {text.data(), event::print_position(streams_.find(stream)->name(), epoch, sequence, text)};
}

// Empty when only ephemeral topics are reached: there is no way back to them.
std::string ShardEvents::cursor_text(const bus::Origin &origin) const {
  if (origin.positions.empty()) return {};
  boost::container::small_vector<event::ParsedPosition, 2> positions;
  for (const event::Position &position : origin.positions) {
    positions.push_back(
        {streams_.find(position.stream)->name(), position.epoch, position.sequence});
  }
  std::array<char, event::max_cursor_text_size> text;
  return {text.data(), event::print_cursor({positions.data(), positions.size()}, text)};
}

}  // namespace slipring::session
