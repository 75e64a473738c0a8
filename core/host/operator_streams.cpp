#include "host/operator_streams.hpp"

#include <boost/json.hpp>
#include <utility>

#include "admin/control_server.hpp"
#include "admin/views.hpp"
#include "host/await_work.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

// A stream that is to be purged.
struct OperatorStreams::Target {
  stream::History *history;  // null: not configured, in the log alone
  stream::StreamState state;
};

namespace {

json::object answer_to(const Status &status) {
  return admin::error_answer(status.code(), status.message());
}

stream::StreamState state_in_memory(const stream::History &history) {
  stream::StreamState state;
  state.name = history.name();
  state.epochs = {{history.epoch(), 1}};
  state.first = history.first();
  state.last = history.last();
  state.events = history.events();
  state.bytes = history.ring_bytes();
  return state;
}

}  // namespace

json::object OperatorStreams::list() const {
  json::array streams;
  for (const auto &history : streams_.all()) streams.push_back(show(*history));
  json::array findings;
  if (log_ != nullptr) {
    for (const stream::StreamState &state : log_->streams()) {
      if (streams_.find(state.name) != nullptr) continue;
      json::object shown = admin::view(state);
      shown["configured"] = false;
      streams.push_back(std::move(shown));
    }
    for (const stream::Finding &each : log_->findings()) findings.push_back(admin::view(each));
  }
  return {{"streams", std::move(streams)},
          {"ephemeral", json::value_from(streams_.ephemeral())},
          {"findings", std::move(findings)}};
}

json::object OperatorStreams::show(const stream::History &history) const {
  json::object shown = admin::view(history);
  shown["configured"] = true;
  for (auto &member : admin::view(state_of(history))) shown.insert(std::move(member));
  return shown;
}

stream::StreamState OperatorStreams::state_of(const stream::History &history) const {
  if (!history.durable()) return state_in_memory(history);
  return log_->find(history.name()).value_or(stream::StreamState());
}

// As it is now.
stream::StreamState OperatorStreams::state_of(const Target &target) const {
  if (target.history != nullptr) return state_of(*target.history);
  return log_->find(target.state.name).value_or(target.state);
}

Result<OperatorStreams::Target> OperatorStreams::target_of(const json::object &request) const {
  const json::value *const given = request.if_contains("stream");
  if (given == nullptr || !given->is_string()) {
    return Status::invalid("purge: member \"stream\" must be the name of a stream");
  }
  const std::string name(given->get_string());
  Target target{streams_.find(name), {}};
  if (target.history == nullptr) {
    const auto known = log_ == nullptr ? std::nullopt : log_->find(name);
    if (!known) return Status(SLIPRING_NOT_FOUND, "this host has no stream \"" + name + '"');
    target.state = *known;
  }
  target.state = state_of(target);
  return target;
}

asio::awaitable<json::object> OperatorStreams::purge(json::object request) {
  const auto target = target_of(request);
  if (!target) co_return answer_to(target.status());
  uint64_t first = target->state.last + 1;
  if (const json::value *const before = request.if_contains("before")) {
    if (!before->is_string()) {
      co_return answer_to(Status::invalid("purge: member \"before\" must be a position or a time"));
    }
    const auto found = co_await first_to_keep(*target, std::string(before->get_string()));
    if (!found) co_return answer_to(found.status());
    first = *found;
  }
  using Answer = Result<json::object>;
  const Read post = [this](std::function<void()> work) { sequencer_.post(std::move(work)); };
  const std::function<Answer()> work = [this, &target, first] { return purge_now(*target, first); };
  const Answer answer = co_await await_work<Answer>(post, work);
  co_return answer ? json::object{{"purged", *answer}} : answer_to(answer.status());
}

asio::awaitable<Result<uint64_t>> OperatorStreams::first_to_keep(Target target,
                                                                 std::string before) {
  const stream::StreamState &state = target.state;
  const auto point = parse_purge_point(before, state.name, state.epochs, state.last);
  if (!point) co_return point.status();
  if (const auto *const position = std::get_if<BeforeSequence>(&*point)) {
    co_return position->sequence;
  }
  using Answer = Result<uint64_t>;
  const int64_t time = std::get<BeforeTime>(*point).recorded_ns;
  const std::function<Answer()> work = [this, &target, time]() -> Answer {
    if (target.history == nullptr) return log_->find_time(target.state.number, time);
    const auto begin = target.history->at_time(time, target.state.last);
    if (!begin) return begin.status();
    return begin->next;
  };
  co_return co_await await_work<Answer>(read_, work);
}

// On the writer's thread.
Result<json::object> OperatorStreams::purge_now(const Target &target, uint64_t first) {
  const uint64_t before = state_of(target).events;
  Status status;
  if (first > 0) {
    status = target.history != nullptr ? sequencer_.purge(*target.history, first - 1)
                                       : log_->purge(target.state.number, first - 1);
  }
  if (!status.is_ok()) return status;
  const stream::StreamState after = state_of(target);
  return json::object{{"stream", after.name},
                      {"events", before - after.events},
                      {"first", after.first},
                      {"last", after.last}};
}

}  // namespace slipring::host
