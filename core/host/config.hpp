// Config: everything an operator can set, with the values that hold when nothing is set.
//
// A configuration file is YAML; what it does not name keeps its default, and the whole file may be
// absent. docs/operators-guide.md has the file in full.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "edge/endpoint.hpp"
#include "edge/link.hpp"
#include "host/access_config.hpp"
#include "host/admin_config.hpp"
#include "observe/log.hpp"
#include "plugin/watchdog_limits.hpp"
#include "session/limits.hpp"
#include "stream/settings.hpp"
#include "upgrade/canary.hpp"
#include "upgrade/policy.hpp"
#include "upgrade/rehearsal.hpp"

namespace slipring::host {

struct MountConfig {
  std::string path;
  std::string adapter;
  std::vector<std::string> endpoints;     // names; empty: all
  std::vector<std::string> subprotocols;  // empty: those of the adapter's manifest
  access::Need need = access::Need::none;

  bool operator==(const MountConfig &) const = default;
};

struct Config {
  AdminConfig admin;
  std::optional<AccessConfig> access;  // default: nobody is asked for a credential
  uint32_t shards;                     // default: one a processor
  std::filesystem::path plugin_directory;
  bool allow_downgrade = false;
  bool watch = false;  // the plugin directory: what comes into it is looked at
  std::vector<edge::EndpointSettings> endpoints;   // default: "public", :8080, transport lws
  std::optional<std::vector<MountConfig>> mounts;  // default: adapters at their manifests' paths
  std::vector<edge::LinkSettings> links;
  std::map<std::string, std::string> adapters;            // settings, JSON by plugin name
  std::map<std::string, upgrade::Places> adapter_places;  // where they stand
  session::Limits limits;
  std::vector<std::string> ephemeral;     // filters of topics that belong to no stream
  std::vector<stream::Settings> streams;  // the last one has what no other has
  std::chrono::nanoseconds upgrade_slice = std::chrono::microseconds(200);
  double max_failed_moves = 0.5;
  std::chrono::nanoseconds upgrade_probation = std::chrono::seconds(5);
  uint64_t upgrade_max_errors = 3;
  double upgrade_error_factor = 2;
  upgrade::CanarySettings canary;                      // default: none
  std::optional<std::set<std::string>> upgrade_allow;  // SHA-256 of plugin files; default: any
  // Of a version that was replaced: how long sessions that do not move may stay, and how many such
  // versions of a plugin there may be.
  std::chrono::nanoseconds upgrade_drain = std::chrono::seconds(30);
  uint64_t upgrade_max_draining = 3;
  upgrade::RehearsalSettings rehearsal;
  // SIGTERM: clients are told to go at `shutdown_pace` a second, and to come back at
  // `shutdown_reconnects` a second; those still there after the grace are dropped.
  std::chrono::nanoseconds shutdown_grace = std::chrono::seconds(5);
  uint64_t shutdown_pace = 10'000;
  uint64_t shutdown_reconnects = 1'000;
  // What a plugin's callback may take, and after how long a shard that hangs is not waited for.
  plugin::WatchdogLimits watchdog;
  observe::LogLevel log_level = observe::LogLevel::info;
  observe::LogFormat log_format = observe::LogFormat::text;

  Config();
};

// The file's values over the defaults. An error says file:line:column, what was found and what is
// accepted.
Result<Config> read_config(const std::filesystem::path &file);
// The same from text; `name` stands for the file in messages.
Result<Config> parse_config(const std::string &text, const std::string &name);

Result<observe::LogLevel> parse_log_level(std::string_view text);
// Answers SLIPRING_DROP_….
Result<uint32_t> parse_drop_policy(std::string_view text);
Result<observe::LogFormat> parse_log_format(std::string_view text);

}  // namespace slipring::host
