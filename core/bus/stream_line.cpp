#include "bus/stream_line.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "stream/deduplication_id.hpp"

namespace slipring::bus {

using Expect = event::Event::Expect;

StreamLine::StreamLine(std::shared_ptr<stream::History> history,
                       std::span<const stream::Known> known)
    : history_(std::move(history)),
      committed_(history_->last()),
      recorded_ns_(history_->last_recorded_ns()),
      known_(history_->settings().deduplication_window, history_->settings().deduplication_ids) {
  for (const stream::Known &each : known) {
    if (!known_.find(each.id)) known_.add(each);
  }
}

Result<StreamLine::Staged> StreamLine::stage(event::EventRef event, int64_t now_ns) {
  // A clock that is put back does not put back what was recorded.
  recorded_ns_ = std::max(recorded_ns_, now_ns);
  const uint64_t epoch = history_->epoch();
  stream::Known known;
  const bool has_id = !event->deduplication_id().empty();
  if (has_id) {
    known_.forget_old(recorded_ns_);
    known.id = stream::deduplication_id(*event);
    if (const auto before = known_.find(known.id)) {
      return Staged{{history_->number(), epoch, *before}, true};
    }
  }
  if (Status status = check(*event); !status.is_ok()) return status;
  const uint64_t sequence = committed_ + events_.size() + 1;
  event->sequence({history_->number(), 0, epoch, sequence, recorded_ns_});
  if (has_id) {
    known.sequence = sequence;
    known.recorded_ns = recorded_ns_;
    known_.add(known);
    ids_.push_back(known);
  }
  if (!topics_.empty()) {
    if (uint64_t *const end = topics_.find(event->topic())) *end = sequence;
  }
  events_.push_back(std::move(event));
  return Staged{{history_->number(), epoch, sequence}, false};
}

Status StreamLine::check(const event::Event &event) {
  const auto &[of, expected] = event.expectation();
  if (of == Expect::nothing) return Status::ok();
  const auto last = last_of(event);
  if (!last) return last.status();
  if (*last == expected) return Status::ok();
  const std::string what = of == Expect::of_topic ? "the topic" : "stream " + history_->name();
  return {SLIPRING_FAILED_PRECONDITION, "expect: the last sequence of " + what + " is " +
                                            std::to_string(*last) + ", expected was " +
                                            std::to_string(expected)};
}

Result<uint64_t> StreamLine::last_of(const event::Event &event) {
  if (event.expectation().of == Expect::of_stream) return committed_ + events_.size();
  if (const uint64_t *const known = topics_.find(event.topic())) return *known;
  uint64_t last = 0;
  const auto staged = std::find_if(events_.rbegin(), events_.rend(), [&](const auto &each) {
    return each->topic() == event.topic();
  });
  if (staged != events_.rend()) {
    last = (*staged)->record().sequence();
  } else {
    const auto found = history_->last_of_topic(event.topic());
    if (!found) return found.status();
    last = *found;
  }
  topics_.add(event.topic(), last);
  return last;
}

void StreamLine::take_back(Mark to) {
  if (events_.size() == to.events) return;
  events_.resize(to.events);
  known_.take_back(ids_.size() - to.ids);
  ids_.resize(to.ids);
  topics_.clear();
}

std::vector<event::EventRef> StreamLine::commit() {
  if (events_.empty()) return {};
  history_->append(events_);
  committed_ += events_.size();
  ids_.clear();
  return std::exchange(events_, {});
}

}  // namespace slipring::bus
