#include "host/operator_canary.hpp"

#include <boost/json.hpp>

#include "admin/control_server.hpp"
#include "base/units.hpp"
#include "host/canary_config.hpp"
#include "upgrade/report_json.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string text_of(const json::object &request, std::string_view member) {
  const json::value *const value = request.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

Result<upgrade::CanarySettings> settings_of(const json::object &request) {
  upgrade::CanarySettings settings;
  const std::string text = text_of(request, "share");
  const auto share = parse_share(text);
  if (!share) return Status::invalid("share: " + share.status().message());
  if (const Status status = check_canary_share(*share); !status.is_ok()) {
    return Status::invalid("share: found \"" + text + "\", " + status.message());
  }
  settings.share = *share;
  if (const std::string time = text_of(request, "time"); !time.empty()) {
    const auto parsed = parse_duration(time);
    if (!parsed) return Status::invalid("time: " + parsed.status().message());
    settings.time = *parsed;
  }
  return settings;
}

json::object refused(slipring_status code, const std::string &message) {
  return admin::error_answer(code, message);
}

json::object answer_of(const Result<upgrade::Report> &report) {
  if (!report) return refused(report.status().code(), report.status().message());
  return {{"reports", json::array{slipring::upgrade::to_json(*report)}}};
}

}  // namespace

asio::awaitable<json::object> OperatorCanary::answer(std::string op, Json request) {
  const std::string plugin = text_of(request, "plugin");
  if (op == "canaries") co_return Json{{"canaries", upgrader_.show_canaries(plugin)}};
  if (plugin.empty()) {
    co_return refused(SLIPRING_INVALID_ARGUMENT, "plugin: found nothing, accepted: a name");
  }
  const std::string how = text_of(request, "end");
  if (how.empty()) co_return co_await begin(plugin, std::move(request));
  co_return co_await end(plugin, how);
}

asio::awaitable<json::object> OperatorCanary::begin(std::string plugin, Json request) {
  const auto settings = settings_of(request);
  if (!settings) co_return refused(settings.status().code(), settings.status().message());
  const auto reports = co_await upgrader_.look_for_canary(plugin, *settings, "command");
  if (reports.empty()) {
    co_return refused(SLIPRING_NOT_FOUND, "no plugin \"" + plugin + "\" in the plugin directory");
  }
  json::array list;
  for (const auto &report : reports) list.push_back(slipring::upgrade::to_json(report));
  co_return Json{{"reports", std::move(list)}};
}

asio::awaitable<json::object> OperatorCanary::end(std::string plugin, std::string how) {
  if (how == "promote") co_return answer_of(co_await upgrader_.promote(plugin, "command"));
  if (how == "abort") co_return answer_of(co_await upgrader_.abort(plugin, "command"));
  co_return refused(SLIPRING_INVALID_ARGUMENT,
                    "end: found \"" + how + "\", accepted: promote, abort");
}

}  // namespace slipring::host
