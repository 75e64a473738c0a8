#include "host/reconfiguration.hpp"

#include <algorithm>

#include "host/upgrade_config.hpp"
#include "observe/log.hpp"

namespace slipring::host {

namespace asio = boost::asio;

namespace {

// A mount on an endpoint that does not run yet cannot be made.
bool has_endpoints(const std::vector<MountConfig> &mounts, const Config &running) {
  const auto runs = [&](const std::string &name) {
    return std::ranges::any_of(running.endpoints,
                               [&](const auto &endpoint) { return endpoint.name == name; });
  };
  return std::ranges::all_of(
      mounts, [&](const MountConfig &mount) { return std::ranges::all_of(mount.endpoints, runs); });
}

}  // namespace

Reread take_over(const Config &running, Config fresh) {
  std::vector<std::string> needs_restart;
  const auto keep = [&](auto Config::*part, const char *name) {
    if (fresh.*part == running.*part) return;
    fresh.*part = running.*part;
    if (needs_restart.empty() || needs_restart.back() != name) needs_restart.emplace_back(name);
  };
  keep(&Config::shards, "shards");
  keep(&Config::plugin_directory, "plugins.directory");
  keep(&Config::watch, "plugins.watch");
  keep(&Config::endpoints, "endpoints");
  keep(&Config::links, "links");
  keep(&Config::limits, "limits");
  keep(&Config::ephemeral, "ephemeral");
  keep(&Config::streams, "streams");
  keep(&Config::shutdown_grace, "shutdown");
  keep(&Config::shutdown_pace, "shutdown");
  keep(&Config::shutdown_reconnects, "shutdown");
  keep(&Config::watchdog, "watchdog");
  keep(&Config::admin, "admin");
  if (fresh.mounts && !has_endpoints(*fresh.mounts, running)) keep(&Config::mounts, "mounts");
  return {std::move(fresh), std::move(needs_restart)};
}

Result<Reread> Reconfiguration::look() const {
  auto fresh = read_();
  if (!fresh) return fresh.status();
  return take_over(config_, std::move(*fresh));
}

asio::awaitable<Result<std::vector<std::string>>> Reconfiguration::apply() {
  auto reread = look();
  if (!reread) {
    observe::error("configuration not read, everything stays",
                   {{"reason", reread.status().message()}});
    co_return reread.status();
  }
  for (const std::string &part : reread->needs_restart) {
    observe::warn("configuration needs a restart", {{"part", part}});
  }
  config_ = std::move(reread->config);
  observe::configure_log(config_.log_level, config_.log_format);
  co_await renew_access_();
  upgrade::UpgradeSettings settings = upgrade_settings(config_);
  co_await upgrader_.configure(std::move(settings));
  co_return std::move(reread->needs_restart);
}

}  // namespace slipring::host
