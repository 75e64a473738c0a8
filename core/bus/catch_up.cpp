#include "bus/catch_up.hpp"

#include <slipring/ext/events.h>

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <utility>

#include "bus/shard_bus.hpp"

namespace slipring::bus {

namespace {

// Events delivered in one run(), and in a row to one subscription while others wait; as much as one
// that is delivered count so many that are only looked at. Bytes and events of a batch.
constexpr size_t most_delivered = 8192;
constexpr size_t most_in_a_row = 1024;
constexpr size_t looks = 16;
constexpr size_t batch_bytes = size_t{256} << 10;
constexpr size_t batch_events = 1024;

}  // namespace

Missed missed_in(const stream::History &history, const stream::Lost &lost) {
  return {history.number(), history.epoch(),         lost.from,
          lost.to,          lost.to + 1 - lost.from, lost.reason};
}

CatchUp::CatchUp(uint32_t shard, Network &network, ShardBus &bus, Receiver &receiver)
    : shard_(shard), network_(network), bus_(bus), receiver_(receiver) {}

Course &CatchUp::add_course(const Shared &subscription, stream::History &history, uint64_t next) {
  Course &course = *subscription->courses.emplace_back(std::make_unique<Course>());
  course.history = &history;
  course.next = next;
  course.ready_through = next - 1;
  std::vector<Match> &behind = behind_[history.number()];
  behind.insert(std::ranges::upper_bound(behind, subscription->who), subscription->who);
  return course;
}

void CatchUp::end_course(Subscription &subscription, Course &course) {
  const auto behind = behind_.find(course.history->number());
  behind->second.erase(std::ranges::lower_bound(behind->second, subscription.who));
  if (behind->second.empty()) behind_.erase(behind);
  std::erase_if(subscription.courses, [&](const auto &each) { return each.get() == &course; });
}

void CatchUp::list(const Shared &subscription) {
  if (!std::exchange(subscription->listed, true)) to_run_.push_back(subscription);
}

void CatchUp::fall_behind(const Shared &subscription, stream::History &history, uint64_t from,
                          bool held) {
  Course *course = subscription->course(history.number());
  if (course == nullptr) {
    course = &add_course(subscription, history, from);
  } else {
    course->refused = held;
    // What it waits for is among what was missed.
    if (course->next <= bus_.stand_in(history.number())) course->ahead = false;
  }
  course->held |= held;
  if (!held) list(subscription);
}

void CatchUp::resume(const Shared &subscription) {
  bool any = false;
  for (const auto &course : subscription->courses) any |= std::exchange(course->held, false);
  if (any) list(subscription);
}

void CatchUp::forget(Subscription &subscription) {
  std::erase_if(ahead_,
                [&](const Ahead &each) { return each.subscription.get() == &subscription; });
  while (!subscription.courses.empty()) end_course(subscription, *subscription.courses.back());
}

std::span<const Match> CatchUp::level(std::span<const Match> matches, uint32_t stream,
                                      uint64_t sequence) {
  if (!ahead_.empty()) reach(stream, sequence);
  const auto behind = behind_.find(stream);
  if (behind == behind_.end()) return matches;
  level_.clear();
  std::ranges::set_difference(matches, behind->second, std::back_inserter(level_));
  return level_;
}

// Whom the shard has caught up with.
void CatchUp::reach(uint32_t stream, uint64_t sequence) {
  std::erase_if(ahead_, [&](const Ahead &each) {
    if (each.stream != stream) return false;
    Course *const course = each.subscription->course(stream);
    if (course == nullptr || !course->ahead) return true;
    if (course->next > sequence) return false;
    end_course(*each.subscription, *course);
    return true;
  });
}

void CatchUp::wait_for_shard(const Shared &subscription, Course &course) {
  if (!std::exchange(course.ahead, true)) {
    ahead_.push_back({subscription, course.history->number()});
  }
}

void CatchUp::tell_when_level(const Shared &subscription) {
  const bool is_level =
      std::ranges::all_of(subscription->courses, [](const auto &course) { return course->ahead; });
  if (is_level) receiver_.level(subscription->who);
}

bool CatchUp::run() {
  size_t budget = most_delivered;
  while (!to_run_.empty() && budget != 0) {
    const Shared subscription = std::move(to_run_.front());
    to_run_.pop_front();
    subscription->listed = false;
    // What is delivered may end courses and begin others.
    boost::container::small_vector<uint32_t, 8> streams;
    for (const auto &course : subscription->courses) streams.push_back(course->history->number());
    for (const uint32_t stream : streams) {
      if (!run(subscription, stream, budget)) list(subscription);
    }
  }
  return !to_run_.empty();
}

// False: it has more to do.
bool CatchUp::run(const Shared &subscription, uint32_t stream, size_t &budget) {
  Course *const course = subscription->course(stream);
  if (course == nullptr) return true;
  const size_t most = std::min(budget, most_in_a_row);
  size_t left = most;
  const bool done = advance(subscription, *course, left);
  budget -= most - left;
  return done;
}

// False: it has more to do, and did not for want of budget.
bool CatchUp::advance(const Shared &subscription, Course &course, size_t &budget) {
  while (!course.placing && !course.reading && !course.held && subscription->told) {
    if (budget == 0) return false;
    if (!deliver_ready(subscription, course, budget)) return true;
    if (course.held) break;
    if (!course.ready.empty()) return false;
    course.flags = 0;
    const uint64_t stand = bus_.stand_in(course.history->number());
    if (course.next > stand + 1) {
      wait_for_shard(subscription, course);
      tell_when_level(subscription);
      break;
    }
    if (course.next > stand) {
      end_course(*subscription, course);
      tell_when_level(subscription);
      break;
    }
    course.ahead = false;
    const size_t capacity = receiver_.capacity(subscription->who);
    if (capacity == 0) {
      course.held = true;
      break;
    }
    const size_t looked_at = read_more(subscription, course, capacity);
    budget -= std::min(budget, looked_at / looks + 1);
  }
  return true;
}

// False: the subscription has gone meanwhile, and the course with it.
bool CatchUp::deliver_ready(const Shared &subscription, Course &course, size_t &budget) {
  while (!course.ready.empty() && budget != 0) {
    if (receiver_.capacity(subscription->who) == 0) course.held = true;
    if (course.held) return true;
    --budget;
    // It stands behind what it is being given. What a snapshot brings stands before where reading
    // goes on.
    const uint64_t before = course.next;
    if (const auto *const lost = std::get_if<stream::Lost>(&course.ready.front())) {
      course.next = std::max(before, lost->to + 1);
      const Missed missed = missed_in(*course.history, *lost);
      receiver_.missed(missed, {&subscription->who, 1});
    } else {
      const event::EventRef event = std::get<event::EventRef>(course.ready.front());
      course.next = std::max(before, event->record().sequence() + 1);
      deliver(subscription, course, event);
    }
    if (subscription->port == nullptr) return false;
    if (std::exchange(course.refused, false)) {
      // It is offered again.
      course.next = before;
      continue;
    }
    course.ready.pop_front();
  }
  if (course.ready.empty()) course.next = std::max(course.next, course.ready_through + 1);
  return true;
}

void CatchUp::deliver(const Shared &subscription, Course &course, const event::EventRef &event) {
  if (event->expired(network_.now_ns())) return;
  receiver_.deliver(event, {&subscription->who, 1}, course.flags | SLIPRING_EVENT_REPLAYED);
}

size_t CatchUp::read_more(const Shared &subscription, Course &course, size_t capacity) {
  stream::Query query{course.ready_through + 1, bus_.stand_in(course.history->number()),
                      subscription->filters, batch_events, std::min(capacity, batch_bytes)};
  if (auto batch = course.history->recent(query)) {
    const size_t looked_at = batch->through + 1 - query.from;
    take_batch(course, std::move(*batch));
    return looked_at;
  }
  course.reading = true;
  const auto batch = std::make_shared<Result<stream::Batch>>(stream::Batch{});
  const auto filters = std::make_shared<const std::vector<std::string>>(subscription->filters);
  network_.read(
      shard_,
      [history = course.history, query, filters, batch]() mutable {
        query.filters = *filters;
        *batch = history->read(query);
      },
      [this, subscription, stream = course.history->number(), query, batch] {
        Course *const course = subscription->course(stream);
        if (subscription->port == nullptr || course == nullptr) return;
        course->reading = false;
        if (*batch) {
          take_batch(*course, std::move(**batch));
        } else {
          stream::Batch nothing;
          nothing.lost.push_back({query.from, query.through, "not readable"});
          nothing.through = query.through;
          take_batch(*course, std::move(nothing));
        }
        subscription->told ? list(subscription) : tell_when_ready(subscription);
      });
  return 0;
}

void CatchUp::take_batch(Course &course, stream::Batch batch) {
  auto lost = batch.lost.begin();
  for (event::EventRef &event : batch.events) {
    for (; lost != batch.lost.end() && lost->from < event->record().sequence(); ++lost) {
      course.ready.emplace_back(*lost);
    }
    course.ready.emplace_back(std::move(event));
  }
  for (; lost != batch.lost.end(); ++lost) course.ready.emplace_back(*lost);
  course.ready_through = std::max(course.ready_through, batch.through);
}

}  // namespace slipring::bus
