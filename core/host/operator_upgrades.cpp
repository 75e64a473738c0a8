#include "host/operator_upgrades.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <optional>

#include "admin/control_server.hpp"
#include "host/upgrade_config.hpp"
#include "upgrade/report_json.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr size_t usual_limit = 100;

std::string text_of(const json::object &request, std::string_view member) {
  const json::value *const value = request.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::vector<std::string> names_of(const json::object &request) {
  std::vector<std::string> names;
  const json::value *const list = request.if_contains("plugins");
  if (list != nullptr && list->is_string()) names.emplace_back(list->get_string());
  if (list == nullptr || !list->is_array()) return names;
  for (const json::value &name : list->get_array()) {
    if (name.is_string()) names.emplace_back(name.get_string());
  }
  return names;
}

}  // namespace

bool OperatorUpgrades::answers(std::string_view op) {
  static constexpr std::array<std::string_view, 7> ops = {
      "upgrade", "plan", "rollback", "pin", "pins", "quarantine", "ledger"};
  return std::find(ops.begin(), ops.end(), op) != ops.end();
}

asio::awaitable<json::object> OperatorUpgrades::answer(std::string op, Json request) {
  if (op == "upgrade") co_return co_await upgrade(std::move(request));
  if (op == "plan") co_return co_await plan(std::move(request));
  if (op == "rollback") co_return co_await rollback(std::move(request));
  if (op == "pin") co_return pin(request);
  if (op == "pins") co_return pins();
  if (op == "quarantine") co_return quarantine(request);
  co_return ledger(request);
}

template <class Seen>
std::optional<json::object> OperatorUpgrades::missing(const std::vector<std::string> &names,
                                                      const Seen &seen) const {
  for (const std::string &name : names) {
    const bool found = std::any_of(seen.begin(), seen.end(), [&](const auto &one) {
      return one.plugin == name || std::filesystem::path(one.file).stem() == name;
    });
    if (!found) {
      return admin::error_answer(SLIPRING_NOT_FOUND, "no plugin \"" + name + "\" in " + directory_);
    }
  }
  return std::nullopt;
}

asio::awaitable<json::object> OperatorUpgrades::upgrade(Json request) {
  const std::vector<std::string> only = names_of(request);
  const auto needs_restart = co_await reconfiguration_.apply();
  if (!needs_restart) {
    const Status &status = needs_restart.status();
    co_return admin::error_answer(status.code(), status.message());
  }
  const auto reports = co_await upgrader_.look(only, "command");
  if (auto error = missing(only, reports)) co_return std::move(*error);
  json::array list;
  for (const auto &report : reports) list.push_back(slipring::upgrade::to_json(report));
  co_return json::object{{"reports", std::move(list)},
                         {"needs_restart", json::value_from(*needs_restart)}};
}

asio::awaitable<json::object> OperatorUpgrades::plan(Json request) {
  const std::vector<std::string> only = names_of(request);
  const auto reread = reconfiguration_.look();
  if (!reread) co_return admin::error_answer(reread.status().code(), reread.status().message());
  slipring::upgrade::Policy wished = upgrade_settings(reread->config).policy;
  const auto planned = co_await upgrader_.plan(only, std::move(wished));
  if (auto error = missing(only, planned)) co_return std::move(*error);
  json::array list;
  for (const auto &one : planned) list.push_back(slipring::upgrade::to_json(one));
  co_return json::object{{"plan", std::move(list)},
                         {"needs_restart", json::value_from(reread->needs_restart)}};
}

asio::awaitable<json::object> OperatorUpgrades::rollback(Json request) {
  const auto report = co_await upgrader_.rollback(text_of(request, "plugin"), "command");
  if (!report) co_return admin::error_answer(report.status().code(), report.status().message());
  co_return json::object{{"reports", json::array{slipring::upgrade::to_json(*report)}}};
}

json::object OperatorUpgrades::pin(const Json &request) {
  const std::string plugin = text_of(request, "plugin");
  if (plugin.empty()) {
    return admin::error_answer(SLIPRING_INVALID_ARGUMENT,
                               "plugin: found nothing, accepted: a name");
  }
  const Status status = upgrader_.records().standing.pin(plugin, text_of(request, "version"));
  if (!status.is_ok()) return admin::error_answer(status.code(), status.message());
  return pins();
}

json::object OperatorUpgrades::pins() const {
  return {{"pins", json::value_from(upgrader_.records().standing.pins())}};
}

json::object OperatorUpgrades::quarantine(const Json &request) {
  slipring::upgrade::Standing &standing = upgrader_.records().standing;
  json::object answer;
  if (const std::string name = text_of(request, "release"); !name.empty()) {
    const auto released = standing.release(name);
    if (!released) {
      return admin::error_answer(released.status().code(), released.status().message());
    }
    if (*released == 0) {
      return admin::error_answer(SLIPRING_NOT_FOUND,
                                 "nothing of \"" + name + "\" is in quarantine");
    }
    answer["released"] = *released;
  }
  json::array list;
  for (const auto &[key, entry] : standing.quarantine()) {
    list.push_back({{"plugin", entry.plugin},
                    {"version", entry.version},
                    {"build_id", entry.build_id},
                    {"settings", entry.settings},
                    {"since", entry.since},
                    {"reason", entry.reason}});
  }
  answer["quarantine"] = std::move(list);
  return answer;
}

json::object OperatorUpgrades::ledger(const Json &request) const {
  size_t limit = usual_limit;
  if (const json::value *value = request.if_contains("limit"); value && value->is_int64()) {
    limit = static_cast<size_t>(std::max<int64_t>(0, value->get_int64()));
  }
  return {{"upgrades", upgrader_.records().ledger.latest(limit, text_of(request, "plugin"))}};
}

}  // namespace slipring::host
