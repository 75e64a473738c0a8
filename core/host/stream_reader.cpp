#include "host/stream_reader.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

namespace slipring::host {

namespace json = boost::json;

namespace {
constexpr uint64_t most_looked_at = 65'536;  // events of a batch
}

std::string said(std::string_view name, json::object what) {
  return json::serialize(json::object{{name, std::move(what)}}) + '\n';
}

Status StreamReader::begin(const bus::Start &start) {
  const auto begin = find_place(start);
  if (!begin) return begin.status();
  next_ = std::min(begin->next, through_ + 1);
  from_ = next_;
  taken_ = from_ - 1;
  if (begin->lost && begin->lost->to >= begin->lost->from) add(*begin->lost, taken_, 0);
  for (const event::EventRef &event : begin->snapshot) add(event, taken_);
  return Status::ok();
}

Result<stream::Begin> StreamReader::find_place(const bus::Start &start) const {
  using Kind = bus::Start::Kind;
  switch (start.kind) {
    case Kind::now:
      return stream::Begin{through_ + 1, {}, {}};
    case Kind::earliest:
      return history_->earliest();
    case Kind::last:
      return history_->last(filters_, start.number, through_);
    case Kind::time:
      return history_->at_time(static_cast<int64_t>(start.number), through_);
    case Kind::last_per_topic:
      return history_->last_per_topic(filters_, through_);
    case Kind::retained:
      return history_->retained(filters_, through_);
    case Kind::after:
      break;
  }
  return find_behind(start);
}

// The latest of the positions in this stream.
Result<stream::Begin> StreamReader::find_behind(const bus::Start &start) const {
  std::optional<stream::Begin> latest;
  for (const event::CursorPosition &position : start.positions) {
    if (position.stream != history_->name()) continue;
    auto begin = history_->after(position.epoch, position.sequence);
    if (!begin) return begin.status();
    if (!latest || begin->next > latest->next) latest = std::move(*begin);
  }
  return std::move(*latest);
}

Status StreamReader::fill() {
  const uint64_t through = std::min(through_, next_ + most_looked_at - 1);
  const auto batch = history_->read({next_, through, filters_, limits_.events, limits_.bytes});
  if (!batch) return batch.status();
  int64_t recorded_ns = 0;
  auto lost = batch->lost.begin();
  const auto add_lost = [&](uint64_t before) {
    for (; lost != batch->lost.end() && lost->from < before; ++lost) {
      add(*lost, lost->to, recorded_ns);
    }
  };
  for (const event::EventRef &event : batch->events) {
    add_lost(event->record().sequence());
    recorded_ns = event->record().recorded_ns();
    add(event, event->record().sequence());
  }
  add_lost(UINT64_MAX);
  next_ = std::max(batch->through, next_ - 1) + 1;
  if (ready_.empty()) taken_ = next_ - 1;
  return Status::ok();
}

void StreamReader::add(const event::EventRef &event, uint64_t sequence) {
  ready_.push_back(
      {sequence, event->record().recorded_ns(), true, said("event", lines_->event(*event))});
}

void StreamReader::add(const stream::Lost &lost, uint64_t sequence, int64_t recorded_ns) {
  const bus::Missed missed{history_->number(), epoch_, lost.from, lost.to, 0, lost.reason};
  ready_.push_back({sequence, recorded_ns, false, said("gap", lines_->gap(missed))});
}

StreamReader::Line StreamReader::take() {
  Line line = std::move(ready_.front());
  ready_.pop_front();
  taken_ = ready_.empty() ? next_ - 1 : line.sequence;
  return line;
}

std::string StreamReader::position(uint64_t sequence) const {
  return lines_->position({history_->number(), epoch_, sequence});
}

}  // namespace slipring::host
