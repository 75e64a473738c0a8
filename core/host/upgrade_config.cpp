#include "host/upgrade_config.hpp"

#include <algorithm>
#include <fstream>

#include "host/config_reader.hpp"

namespace slipring::host {
namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "HASH  name" in each line; what follows the hash is for people.
std::set<std::string> read_allow_file(const YAML::Node &node) {
  const std::string file = read_text(node, "allow");
  std::ifstream stream(file);
  if (!stream) {
    throw ConfigError(node, "allow: found \"" + file +
                                "\": " + std::generic_category().message(errno) +
                                ", accepted: a file as sha256sum writes it, or a list of SHA-256");
  }
  std::set<std::string> allowed;
  size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::string hash = line.substr(0, line.find_first_of(" \t"));
    if (!is_sha256(hash)) {
      throw ConfigError(node, "allow: found \"" + line.substr(0, 80) + "\" in " + file + ':' +
                                  std::to_string(number) + ", accepted: as sha256sum writes it");
    }
    allowed.insert(hash);
  }
  return allowed;
}

std::vector<edge::Mount> mounts_of(const Config &config) {
  std::vector<edge::Mount> mounts;
  for (const MountConfig &mount : *config.mounts) {
    edge::Mount &made = mounts.emplace_back();
    made.path = std::make_shared<const std::string>(mount.path);
    made.plugin = mount.adapter;
    made.subprotocols = mount.subprotocols;
    made.need = mount.need;
    for (uint32_t i = 0; i < config.endpoints.size(); ++i) {
      const auto &names = mount.endpoints;
      const bool named =
          std::find(names.begin(), names.end(), config.endpoints[i].name) != names.end();
      if (named) made.endpoints.push_back(i);
    }
  }
  return mounts;
}

}  // namespace

std::set<std::string> read_allow(const YAML::Node &node) {
  if (!node.IsSequence()) return read_allow_file(node);
  std::set<std::string> allowed;
  for (const YAML::Node &item : node) {
    std::string hash = read_text(item, "allow");
    if (!is_sha256(hash)) {
      throw ConfigError(item, "allow: found " + found(item) +
                                  ", accepted: a SHA-256, 64 digits 0 to 9 and a to f");
    }
    allowed.insert(std::move(hash));
  }
  return allowed;
}

upgrade::UpgradeSettings upgrade_settings(const Config &config) {
  upgrade::UpgradeSettings settings;
  settings.directory = config.plugin_directory;
  settings.policy.allow_downgrade = config.allow_downgrade;
  settings.slice = config.upgrade_slice;
  settings.max_failed_moves = config.max_failed_moves;
  settings.probation = config.upgrade_probation;
  settings.max_errors = config.upgrade_max_errors;
  settings.error_factor = config.upgrade_error_factor;
  settings.canary = config.canary;
  settings.drain = {.time = config.upgrade_drain,
                    .at_most = config.upgrade_max_draining,
                    .grace = config.shutdown_grace,
                    .pace = {config.shutdown_pace, config.shutdown_reconnects}};
  settings.policy.allow = config.upgrade_allow;
  settings.policy.adapter_settings = config.adapters;
  settings.policy.places = config.adapter_places;
  settings.rehearsal = config.rehearsal;
  for (const auto &endpoint : config.endpoints) {
    settings.policy.transport_settings.emplace(endpoint.transport, endpoint.settings);
  }
  for (const auto &link : config.links) {
    settings.policy.transport_settings.emplace(link.transport, link.settings);
  }
  if (config.mounts) settings.mounts = mounts_of(config);
  return settings;
}

}  // namespace slipring::host
