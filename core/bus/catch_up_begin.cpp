// Beginning: the half of CatchUp that finds where a subscription begins.
#include <slipring/ext/events.h>

#include <algorithm>
#include <utility>

#include "bus/catch_up.hpp"
#include "bus/shard_bus.hpp"

namespace slipring::bus {

using Kind = Start::Kind;

namespace {
// While nothing that matches is found: before it is told that it has begun.
constexpr size_t most_looked_at = 65'536;
}  // namespace

void CatchUp::begin(const Shared &subscription) {
  // All have their courses before the first is placed: who is told, is told when all are.
  for (const event::Position &stand : subscription->activated) {
    stream::History &history = *network_.streams().find(stand.stream);
    add_course(subscription, history, stand.sequence + 1).placing = true;
  }
  for (const event::Position &stand : subscription->activated) {
    Course *const course = subscription->course(stand.stream);
    if (subscription->port == nullptr || course == nullptr) return;
    find_place(subscription, *course, stand.sequence);
  }
}

void CatchUp::find_place(const Shared &subscription, Course &course, uint64_t stand) {
  const stream::History &history = *course.history;
  const Start &start = subscription->start;
  if (start.kind == Kind::earliest) {
    placed(subscription, course, history.earliest(), stand);
    return;
  }
  if (start.kind == Kind::after) {
    placed(subscription, course, place_after(*subscription, history, stand), stand);
    return;
  }
  const auto found = std::make_shared<Result<stream::Begin>>(stream::Begin{});
  const auto filters = std::make_shared<const std::vector<std::string>>(subscription->filters);
  auto work = [&history, kind = start.kind, number = start.number, stand, found, filters] {
    if (kind == Kind::last) *found = history.last(*filters, number, stand);
    if (kind == Kind::time) *found = history.at_time(static_cast<int64_t>(number), stand);
    if (kind == Kind::last_per_topic) *found = history.last_per_topic(*filters, stand);
    if (kind == Kind::retained) *found = history.retained(*filters, stand);
  };
  network_.read(shard_, std::move(work),
                [this, subscription, stream = history.number(), found, stand] {
                  Course *const course = subscription->course(stream);
                  if (subscription->port == nullptr || course == nullptr) return;
                  placed(subscription, *course, std::move(*found), stand);
                });
}

// The latest of the positions in this stream; without one it is level, and says what it passed by.
Result<stream::Begin> CatchUp::place_after(const Subscription &subscription,
                                           const stream::History &history, uint64_t stand) const {
  std::optional<stream::Begin> latest;
  for (const event::CursorPosition &position : subscription.start.positions) {
    if (position.stream != history.name()) continue;
    auto begin = history.after(position.epoch, position.sequence);
    if (!begin) return begin.status();
    if (!latest || begin->next > latest->next) latest = std::move(*begin);
  }
  if (latest) return std::move(*latest);
  stream::Begin level{stand + 1, {}, {}};
  if (history.first() <= stand) level.lost = {history.first(), stand, "no position was given"};
  return level;
}

void CatchUp::placed(const Shared &subscription, Course &course, Result<stream::Begin> begin,
                     uint64_t stand) {
  if (!begin) {
    refuse(subscription, begin.status());
    return;
  }
  course.placing = false;
  course.next = begin->next;
  // The shard may not have come there yet. Only behind a position there is nothing to be given of
  // what is on its way.
  if (subscription->start.kind != Kind::after) course.next = std::min(course.next, stand + 1);
  course.ready_through = course.next - 1;
  for (event::Position &each : subscription->begins) {
    if (each.stream == course.history->number()) each.sequence = course.next - 1;
  }
  if (begin->lost) subscription->begin_gaps.push_back(missed_in(*course.history, *begin->lost));
  for (event::EventRef &event : begin->snapshot) course.ready.emplace_back(std::move(event));
  if (subscription->start.kind == Kind::retained) course.flags = SLIPRING_EVENT_RETAINED;
  // How much comes is known when the first batch reaches to the end.
  const size_t capacity = std::max<size_t>(receiver_.capacity(subscription->who), 1);
  for (size_t looked_at = 0; looked_at < most_looked_at && !course.reading &&
                             course.ready.empty() && course.ready_through < stand;) {
    looked_at += read_more(subscription, course, capacity) + 1;
  }
  if (!course.reading) tell_when_ready(subscription);
}

void CatchUp::tell_when_ready(const Shared &subscription) {
  const bool ready = std::ranges::all_of(subscription->courses, [](const auto &course) {
    return !course->placing && !course->reading;
  });
  if (!ready || subscription->told) return;
  subscription->port->enter(*subscription);
  const Origin origin = origin_of(*subscription);
  const std::vector<Missed> gaps = std::exchange(subscription->begin_gaps, {});
  receiver_.subscribed(subscription->who, origin);
  for (size_t i = 1; subscription->port != nullptr && i < gaps.size(); ++i) {
    receiver_.missed(gaps[i], {&subscription->who, 1});
  }
  if (subscription->port != nullptr) list(subscription);
}

Origin CatchUp::origin_of(const Subscription &subscription) const {
  Origin origin;
  origin.positions = subscription.begins;
  origin.ephemeral =
      std::ranges::any_of(subscription.uses, [](const Use *use) { return use->ephemeral; });
  if (!subscription.begin_gaps.empty()) origin.gap = subscription.begin_gaps.front();
  for (const event::Position &stand : subscription.activated) {
    const Course &course = *subscription.course(stand.stream);
    if (course.ready_through < stand.sequence) {
      origin.recovered = Origin::many;
      return origin;
    }
    origin.recovered +=
        static_cast<uint64_t>(std::ranges::count_if(course.ready, [&](const auto &each) {
          const auto *const event = std::get_if<event::EventRef>(&each);
          return event != nullptr && !(*event)->expired(network_.now_ns());
        }));
  }
  return origin;
}

void CatchUp::refuse(const Shared &subscription, const Status &why) {
  Receiver &receiver = receiver_;
  const Match who = subscription->who;
  subscription->port->unsubscribe(who);
  receiver.refused(who, why);
}

}  // namespace slipring::bus
