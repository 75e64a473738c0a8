#include "host/operator_reading.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "admin/control_server.hpp"
#include "host/await_work.hpp"
#include "host/operator_filters.hpp"
#include "host/operator_start.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

// One of the streams that are read.
struct OperatorReading::Source {
  // An event or a gap, written out.
  struct Line {
    uint64_t sequence;  // its last
    int64_t recorded_ns;
    bool is_event;
    std::string text;
  };

  const stream::History *history;
  uint64_t epoch = 0;
  uint64_t from = 1;  // where it began
  uint64_t next = 1;  // where the next batch begins
  uint64_t through = 0;
  uint64_t taken = 0;  // all up to here has been passed on
  std::deque<Line> lines;

  bool ended() const { return lines.empty() && next > through; }
};

struct OperatorReading::Reading {
  std::vector<std::string> filters;
  bus::Start start;
  std::vector<Source> sources;
  uint64_t events = 0;
  uint64_t gaps = 0;

  // The one whose line was recorded first. REQUIRES: each has lines, or has ended.
  Source *earliest() {
    Source *earliest = nullptr;
    for (Source &source : sources) {
      if (source.lines.empty()) continue;
      if (earliest == nullptr ||
          source.lines.front().recorded_ns < earliest->lines.front().recorded_ns) {
        earliest = &source;
      }
    }
    return earliest;
  }
  json::object progress() const {
    uint64_t done = 0;
    uint64_t all = 0;
    for (const Source &source : sources) {
      done += source.taken + 1 - source.from;
      all += source.through + 1 - source.from;
    }
    return {{"done", done}, {"of", all}};
  }
};

namespace {

constexpr size_t most_written = 64 * 1024;
constexpr uint64_t most_looked_at = 65'536;  // events at a time

json::object answer_to(const Status &status) {
  return admin::error_answer(status.code(), status.message());
}

std::string line_of(std::string_view name, json::object said) {
  return json::serialize(json::object{{name, std::move(said)}}) + '\n';
}

Result<std::vector<std::string>> names_of(const json::object &request,
                                          const bus::Streams &streams) {
  std::vector<std::string> names;
  const json::value *const given = request.if_contains("streams");
  if (given == nullptr) return names;
  if (!given->is_array() || given->get_array().empty()) {
    return Status::invalid("read: member \"streams\" must be a list of names");
  }
  for (const json::value &each : given->get_array()) {
    if (!each.is_string()) return Status::invalid("read: each stream is a string");
    names.emplace_back(each.get_string());
    if (streams.find(names.back()) == nullptr) {
      return Status(SLIPRING_NOT_FOUND, "this host has no stream \"" + names.back() + '"');
    }
  }
  return names;
}

bool is_placed(const bus::Start &start, std::string_view stream) {
  if (start.kind != bus::Start::Kind::after) return true;
  return std::ranges::any_of(start.positions,
                             [&](const auto &position) { return position.stream == stream; });
}

}  // namespace

Result<OperatorReading::Reading> OperatorReading::begin(const json::object &request) const {
  auto filters = filters_of(request, limits_.filters, "read");
  if (!filters) return filters.status();
  auto start = start_of(request, streams_);
  if (!start) return start.status();
  const auto names = names_of(request, streams_);
  if (!names) return names.status();
  Reading reading{std::move(*filters), std::move(*start), {}};
  for (const auto &history : streams_.all()) {
    if (!names->empty() && std::ranges::find(*names, history->name()) == names->end()) continue;
    const bool reached = std::ranges::any_of(reading.filters, [&](const std::string &filter) {
      return std::ranges::count(streams_.reached(filter), history->number()) != 0;
    });
    if (!reached || !is_placed(reading.start, history->name())) continue;
    Source &source = reading.sources.emplace_back(Source{.history = history.get(), .lines = {}});
    source.epoch = history->epoch();
    source.through = history->last();
  }
  return reading;
}

asio::awaitable<void> OperatorReading::read(json::object request,
                                            admin::Conversation &conversation) {
  auto reading = begin(request);
  Status refused = reading ? Status::ok() : reading.status();
  if (refused.is_ok() && stopping_) refused = Status::unavailable("the host is stopping");
  if (refused.is_ok() && readers_ >= limits_.readers) {
    refused = {SLIPRING_RESOURCE_EXHAUSTED, std::to_string(limits_.readers) +
                                                " commands read from this host already: try again "
                                                "when one of them has ended"};
  }
  if (!refused.is_ok()) {
    const json::object answer = answer_to(refused);
    co_await conversation.say(answer);
    co_return;
  }
  using namespace asio::experimental::awaitable_operators;
  ++readers_;
  co_await (pass_on(*reading, conversation) || conversation.closed());
  --readers_;
  conversation.end();
}

asio::awaitable<void> OperatorReading::pass_on(Reading &reading,
                                               admin::Conversation &conversation) {
  Status status = co_await place(reading);
  std::string lines;
  if (status.is_ok()) lines = line_of("reading", head_of(reading));
  while (status.is_ok()) {
    for (Source &source : reading.sources) {
      if (status.is_ok() && source.lines.empty() && !source.ended()) {
        status = co_await fill(reading, source);
      }
    }
    if (status.is_ok() && stopping_) status = Status::unavailable("the host is stopping");
    if (!status.is_ok()) break;
    const bool ended = std::ranges::all_of(reading.sources, &Source::ended);
    // Until one has nothing more: then which comes next is not known.
    bool all_known = true;
    while (all_known && lines.size() < most_written) {
      Source *const source = reading.earliest();
      if (source == nullptr) break;
      Source::Line &line = source->lines.front();
      ++(line.is_event ? reading.events : reading.gaps);
      lines += line.text;
      source->taken = line.sequence;
      source->lines.pop_front();
      if (source->lines.empty()) {
        source->taken = source->next - 1;
        all_known = source->ended();
      }
    }
    if (ended) break;
    lines += line_of("progress", reading.progress());
    std::string written = std::exchange(lines, {});
    if (!co_await conversation.write(std::move(written))) co_return;
  }
  lines +=
      status.is_ok() ? line_of("done", end_of(reading)) : json::serialize(answer_to(status)) + '\n';
  co_await conversation.write(std::move(lines));
}

asio::awaitable<Status> OperatorReading::place(Reading &reading) {
  for (Source &source : reading.sources) {
    using Found = Result<stream::Begin>;
    const std::function<Found()> find = [this, &reading, &source] {
      return find_place(reading, source);
    };
    const Found begin = co_await await_work<Found>(read_, find);
    if (!begin) co_return begin.status();
    source.next = std::min(begin->next, source.through + 1);
    source.from = source.next;
    source.taken = source.from - 1;
    if (begin->lost && begin->lost->to >= begin->lost->from) {
      const stream::Lost &lost = *begin->lost;
      const bus::Missed missed{
          source.history->number(), source.epoch, lost.from, lost.to, 0, lost.reason};
      source.lines.push_back({source.from - 1, 0, false, line_of("gap", lines_.gap(missed))});
    }
    for (const event::EventRef &event : begin->snapshot) {
      source.lines.push_back({source.from - 1, event->record().recorded_ns(), true,
                              line_of("event", lines_.event(*event))});
    }
  }
  co_return Status::ok();
}

// On a reader thread.
Result<stream::Begin> OperatorReading::find_place(const Reading &reading,
                                                  const Source &source) const {
  using Kind = bus::Start::Kind;
  const stream::History &history = *source.history;
  const bus::Start &start = reading.start;
  switch (start.kind) {
    case Kind::now:
      return stream::Begin{source.through + 1, {}, {}};
    case Kind::earliest:
      return history.earliest();
    case Kind::last:
      return history.last(reading.filters, start.number, source.through);
    case Kind::time:
      return history.at_time(static_cast<int64_t>(start.number), source.through);
    case Kind::last_per_topic:
      return history.last_per_topic(reading.filters, source.through);
    case Kind::retained:
      return history.retained(reading.filters, source.through);
    case Kind::after:
      break;
  }
  std::optional<stream::Begin> latest;
  for (const event::CursorPosition &position : start.positions) {
    if (position.stream != history.name()) continue;
    auto begin = history.after(position.epoch, position.sequence);
    if (!begin) return begin.status();
    if (!latest || begin->next > latest->next) latest = std::move(*begin);
  }
  return std::move(*latest);
}

asio::awaitable<Status> OperatorReading::fill(Reading &reading, Source &source) {
  const std::function<Status()> read = [this, &reading, &source] {
    return read_batch(reading, source);
  };
  co_return co_await await_work<Status>(read_, read);
}

// On a reader thread. It comes back also when nothing matches: to be told how far it is, and that
// nobody waits any more.
Status OperatorReading::read_batch(const Reading &reading, Source &source) const {
  const uint64_t through = std::min(source.through, source.next + most_looked_at - 1);
  const stream::Query query{source.next, through, reading.filters, limits_.events, limits_.bytes};
  const auto batch = source.history->read(query);
  if (!batch) return batch.status();
  int64_t recorded_ns = 0;
  auto lost = batch->lost.begin();
  const auto add_gaps = [&](uint64_t before) {
    for (; lost != batch->lost.end() && lost->from < before; ++lost) {
      const bus::Missed missed{
          source.history->number(), source.epoch, lost->from, lost->to, 0, lost->reason};
      source.lines.push_back({lost->to, recorded_ns, false, line_of("gap", lines_.gap(missed))});
    }
  };
  for (const event::EventRef &event : batch->events) {
    const schema::RecordHeader &record = event->record();
    add_gaps(record.sequence());
    recorded_ns = record.recorded_ns();
    source.lines.push_back(
        {record.sequence(), recorded_ns, true, line_of("event", lines_.event(*event))});
  }
  add_gaps(UINT64_MAX);
  source.next = std::max(batch->through, source.next - 1) + 1;
  if (source.lines.empty()) source.taken = source.next - 1;
  return Status::ok();
}

json::object OperatorReading::head_of(const Reading &reading) const {
  json::array from;
  json::array to;
  for (const Source &source : reading.sources) {
    from.emplace_back(position(source, source.from - 1));
    to.emplace_back(position(source, source.through));
  }
  return {{"from", std::move(from)}, {"to", std::move(to)}};
}

json::object OperatorReading::end_of(const Reading &reading) const {
  json::array positions;
  for (const Source &source : reading.sources) {
    positions.emplace_back(position(source, source.through));
  }
  return {{"events", reading.events}, {"gaps", reading.gaps}, {"positions", std::move(positions)}};
}

std::string OperatorReading::position(const Source &source, uint64_t sequence) const {
  return lines_.position({source.history->number(), source.epoch, sequence});
}

}  // namespace slipring::host
