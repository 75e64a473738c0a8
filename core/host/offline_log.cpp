#include "host/offline_log.hpp"

#include <boost/json.hpp>

#include "admin/views.hpp"
#include "host/open_streams.hpp"
#include "host/purge_point.hpp"

namespace slipring::host {

namespace json = boost::json;

namespace {

// The first that is kept.
Result<uint64_t> first_to_keep(const stream::Log &log, const stream::StreamState &state,
                               std::string_view before) {
  if (before.empty()) return state.last + 1;
  const auto point = parse_purge_point(before, state.name, state.epochs, state.last);
  if (!point) return point.status();
  if (const auto *const position = std::get_if<BeforeSequence>(&*point)) return position->sequence;
  return log.find_time(state.number, std::get<BeforeTime>(*point).recorded_ns);
}

}  // namespace

Result<OfflineLog> OfflineLog::open(const std::filesystem::path &state, Access access) {
  auto hold = StateHold::take(state);
  if (!hold) return hold.status();
  std::error_code error;
  if (!std::filesystem::is_directory(log_directory(state), error)) {
    return Status(SLIPRING_NOT_FOUND, "there is no log in " + log_directory(state).string());
  }
  stream::Log::Options options;
  options.directory = log_directory(state);
  options.read_only = access == Access::read;
  options.maintenance = true;
  auto log = stream::Log::open(std::move(options), {});
  if (!log) return log.status();
  return OfflineLog(std::move(*hold), std::move(*log));
}

json::object OfflineLog::list() const {
  json::array streams;
  for (const stream::StreamState &state : log_->streams()) streams.push_back(admin::view(state));
  json::array findings;
  for (const stream::Finding &each : log_->findings()) findings.push_back(admin::view(each));
  return {{"streams", std::move(streams)},
          {"ephemeral", json::array()},
          {"findings", std::move(findings)}};
}

Result<json::object> OfflineLog::purge(std::string_view stream, std::string_view before) {
  const auto state = log_->find(stream);
  if (!state) {
    return Status(SLIPRING_NOT_FOUND, "the log has no stream \"" + std::string(stream) + '"');
  }
  const auto first = first_to_keep(*log_, *state, before);
  if (!first) return first.status();
  Status status = *first == 0 ? Status::ok() : log_->purge(state->number, *first - 1);
  if (!status.is_ok()) return status;
  const stream::StreamState after = log_->find(stream).value_or(*state);
  return json::object{{"stream", after.name},
                      {"events", state->events - after.events},
                      {"first", after.first},
                      {"last", after.last}};
}

}  // namespace slipring::host
