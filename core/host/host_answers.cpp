// What the host answers over the control socket about itself.
#include <algorithm>
#include <boost/json.hpp>
#include <mutex>

#include "admin/views.hpp"
#include "host/host.hpp"
#include "upgrade/report_json.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {
constexpr size_t max_listed_sessions = 1'000'000;
constexpr size_t latest_upgrades = 20;
}  // namespace

asio::awaitable<json::object> Host::answer(Json request) {
  const json::value *const op = request.if_contains("op");
  const std::string name = op != nullptr && op->is_string() ? std::string(op->get_string()) : "";
  if (name == "status") co_return co_await answer_status();
  if (name == "sessions") co_return co_await answer_sessions(std::move(request));
  if (OperatorUpgrades::answers(name)) {
    co_return co_await operator_upgrades_.answer(name, std::move(request));
  }
  if (OperatorCanary::answers(name)) {
    co_return co_await operator_canary_.answer(name, std::move(request));
  }
  if (name == "publish") co_return co_await operators_->publish(std::move(request));
  if (name == "streams") co_return operator_streams_.list();
  if (name == "purge") co_return co_await operator_streams_.purge(std::move(request));
  co_return admin::error_answer(SLIPRING_UNIMPLEMENTED,
                                "op: found \"" + name +
                                    "\", accepted: status, sessions, upgrade, plan, "
                                    "rollback, pin, pins, quarantine, ledger, canary, canaries, "
                                    "publish, subscribe, streams, read, purge");
}

asio::awaitable<json::object> Host::answer_status() {
  co_await upgrader_.count_carried();
  std::mutex mutex;
  std::map<const plugin::Generation *, std::vector<uint32_t>> answering;
  std::vector<std::string> names;
  for (const auto *held : upgrader_.catalog().all()) {
    names.push_back(held->generation->manifest().name);
  }
  std::vector<uint64_t> open(endpoints_.size());
  std::vector<json::object> of_links(links_.size());
  std::function<void(shard::Shard &)> collect = [&](shard::Shard &shard) {
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < open.size(); ++i) open[i] += endpoints_[i]->sessions_on(shard.index());
    for (size_t i = 0; i < links_.size(); ++i) {
      if (links_[i]->shard() == shard.index()) of_links[i] = admin::view(*links_[i]);
    }
    for (const std::string &name : names) {
      const plugin::Instance *const instance = mounts_.current(shard.index(), name);
      if (instance == nullptr) continue;
      auto &shards = answering[&instance->generation];
      if (shards.empty() || shards.back() != shard.index()) shards.push_back(shard.index());
    }
  };
  co_await shards_.run_on_each(std::move(collect));

  json::array plugins;
  uint64_t sessions = 0;
  for (const auto *held : upgrader_.catalog().all()) {
    auto &shards = answering[held->generation.get()];
    std::sort(shards.begin(), shards.end());
    plugins.push_back(admin::view(*held, shards));
    sessions += held->generation->sessions();
  }
  json::array endpoints;
  for (size_t i = 0; i < open.size(); ++i) {
    endpoints.push_back(admin::view(*endpoints_[i], open[i]));
  }
  // The ledger has them all.
  const auto &history = upgrader_.history();
  const size_t shown = std::min(latest_upgrades, history.size());
  json::array upgrades;
  upgrades.reserve(shown);
  for (size_t i = history.size() - shown; i < history.size(); ++i) {
    upgrades.push_back(upgrade::to_json(history[i]));
  }
  json::array streams;
  for (const auto &stream : network_.streams().all()) streams.push_back(admin::view(*stream));
  const auto uptime = std::chrono::steady_clock::now() - started_;
  co_return json::object{{"host",
                          {{"version", version_},
                           {"pid", getpid()},
                           {"uptime_seconds", std::chrono::duration<double>(uptime).count()},
                           {"shards", shards_.size()},
                           {"state", phase_},
                           {"admin", http_admin_.address()},
                           {"plugin_directory", config_.plugin_directory.string()},
                           {"sessions", sessions}}},
                         {"endpoints", std::move(endpoints)},
                         {"links", json::value_from(of_links)},
                         {"plugins", std::move(plugins)},
                         {"streams", std::move(streams)},
                         {"ephemeral", json::value_from(network_.streams().ephemeral())},
                         {"upgrades", std::move(upgrades)},
                         {"canaries", upgrader_.show_canaries()},
                         {"counters", admin::view(services_.counters.samples())}};
}

asio::awaitable<json::object> Host::answer_sessions(Json request) {
  size_t at_most = max_listed_sessions;
  if (const json::value *limit = request.if_contains("limit"); limit && limit->is_int64()) {
    at_most = static_cast<size_t>(std::max<int64_t>(0, limit->get_int64()));
  }
  std::vector<std::vector<session::SessionInfo>> lists(shards_.size());
  std::function<void(shard::Shard &)> collect = [&](shard::Shard &shard) {
    lists[shard.index()] = sessions_[shard.index()]->list(at_most);
  };
  co_await shards_.run_on_each(std::move(collect));
  json::array sessions;
  for (const auto &list : lists) {
    for (const auto &info : list) {
      if (sessions.size() < at_most) sessions.push_back(admin::view(info));
    }
  }
  co_return json::object{{"sessions", std::move(sessions)}};
}

}  // namespace slipring::host
