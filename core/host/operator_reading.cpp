#include "host/operator_reading.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "admin/control_server.hpp"
#include "host/await_work.hpp"
#include "host/operator_filters.hpp"
#include "host/operator_start.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

// One request.
struct OperatorReading::Reading {
  std::vector<std::string> filters;
  bus::Start start;
  std::vector<StreamReader> streams;
  uint64_t events = 0;
  uint64_t gaps = 0;

  bool ended() const { return std::ranges::all_of(streams, &StreamReader::ended); }
  // Whether the next line of each stream is there: so that it is known which comes first.
  bool is_filled() const {
    return std::ranges::all_of(
        streams, [](const StreamReader &each) { return !each.is_empty() || each.ended(); });
  }
  StreamReader *earliest();
  std::string take_lines();
  json::object head() const;
  json::object progress() const;
  json::object end() const;
};

namespace {

constexpr size_t most_written = 64 * 1024;

json::object answer_to(const Status &status) {
  return admin::error_answer(status.code(), status.message());
}

Status stopping() {
  return Status::unavailable("the host is stopping");
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

json::array list_of(const std::vector<StreamReader> &streams,
                    std::string (StreamReader::*position)() const) {
  json::array positions;
  for (const StreamReader &stream : streams) positions.emplace_back((stream.*position)());
  return positions;
}

}  // namespace

// The one whose next line was recorded first. REQUIRES: there is a line.
StreamReader *OperatorReading::Reading::earliest() {
  StreamReader *earliest = nullptr;
  for (StreamReader &stream : streams) {
    if (stream.is_empty()) continue;
    if (earliest == nullptr || stream.front().recorded_ns < earliest->front().recorded_ns) {
      earliest = &stream;
    }
  }
  return earliest;
}

std::string OperatorReading::Reading::take_lines() {
  std::string lines;
  while (lines.size() < most_written && is_filled() && !ended()) {
    const StreamReader::Line line = earliest()->take();
    ++(line.is_event ? events : gaps);
    lines += line.text;
  }
  return lines;
}

json::object OperatorReading::Reading::head() const {
  return {{"from", list_of(streams, &StreamReader::from)},
          {"to", list_of(streams, &StreamReader::to)}};
}

json::object OperatorReading::Reading::progress() const {
  uint64_t done = 0;
  uint64_t all = 0;
  for (const StreamReader &stream : streams) {
    done += stream.done();
    all += stream.all();
  }
  return {{"done", done}, {"of", all}};
}

json::object OperatorReading::Reading::end() const {
  return {{"events", events}, {"gaps", gaps}, {"positions", list_of(streams, &StreamReader::to)}};
}

Result<std::unique_ptr<OperatorReading::Reading>> OperatorReading::begin(
    const json::object &request) const {
  auto filters = filters_of(request, limits_.filters, "read");
  if (!filters) return filters.status();
  auto start = start_of(request, streams_);
  if (!start) return start.status();
  const auto names = names_of(request, streams_);
  if (!names) return names.status();
  auto reading = std::make_unique<Reading>();
  reading->filters = std::move(*filters);
  reading->start = std::move(*start);
  for (const auto &history : streams_.all()) {
    if (!names->empty() && std::ranges::count(*names, history->name()) == 0) continue;
    const bool reached = std::ranges::any_of(reading->filters, [&](const std::string &filter) {
      return std::ranges::count(streams_.reached(filter), history->number()) != 0;
    });
    if (!reached || !is_placed(reading->start, history->name())) continue;
    reading->streams.emplace_back(*history, lines_, reading->filters, limits_.batch);
  }
  return reading;
}

asio::awaitable<void> OperatorReading::read(json::object request,
                                            admin::Conversation &conversation) {
  const auto reading = begin(request);
  Status refused = reading ? Status::ok() : reading.status();
  if (refused.is_ok() && stopping_) refused = stopping();
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
  co_await (pass_on(**reading, conversation) || conversation.closed());
  --readers_;
  conversation.end();
}

asio::awaitable<void> OperatorReading::pass_on(Reading &reading,
                                               admin::Conversation &conversation) {
  Status status = co_await place(reading);
  std::string lines;
  if (status.is_ok()) lines = said("reading", reading.head());
  while (status.is_ok() && !reading.ended()) {
    status = co_await fill(reading);
    if (status.is_ok() && stopping_) status = stopping();
    if (!status.is_ok()) break;
    lines += reading.take_lines() + said("progress", reading.progress());
    std::string written = std::exchange(lines, {});
    if (!co_await conversation.write(std::move(written))) co_return;
  }
  lines += status.is_ok() ? said("done", reading.end()) : json::serialize(answer_to(status)) + '\n';
  co_await conversation.write(std::move(lines));
}

asio::awaitable<Status> OperatorReading::place(Reading &reading) {
  for (StreamReader &stream : reading.streams) {
    const std::function<Status()> begin = [&] { return stream.begin(reading.start); };
    Status status = co_await await_work<Status>(read_, begin);
    if (!status.is_ok()) co_return status;
  }
  co_return Status::ok();
}

asio::awaitable<Status> OperatorReading::fill(Reading &reading) {
  for (StreamReader &stream : reading.streams) {
    if (!stream.is_empty() || stream.ended()) continue;
    const std::function<Status()> fill = [&] { return stream.fill(); };
    Status status = co_await await_work<Status>(read_, fill);
    if (!status.is_ok()) co_return status;
  }
  co_return Status::ok();
}

}  // namespace slipring::host
