#include "host/config.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "base/topic.hpp"
#include "base/units.hpp"
#include "edge/address.hpp"
#include "host/canary_config.hpp"
#include "host/config_reader.hpp"
#include "host/link_config.hpp"
#include "host/stream_config.hpp"
#include "host/upgrade_config.hpp"
#include "plugin/manifest.hpp"
#include "session/session_table.hpp"

namespace slipring::host {
namespace {

constexpr uint64_t max_size = uint64_t{1} << 40;

// <prefix>/bin/slipringd finds its plugins in <prefix>/lib/slipring/plugins, installed or built.
std::filesystem::path default_plugin_directory() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path().parent_path() / "lib" / "slipring" / "plugins";
}

edge::EndpointSettings default_endpoint() {
  return {.name = "public", .listen = ":8080", .transport = "web", .origins = {}};
}

// The same again on the other transport.
edge::EndpointSettings second_endpoint() {
  return {.name = "lws", .listen = ":8081", .transport = "lws", .origins = {}};
}

edge::EndpointSettings read_endpoint(const YAML::Node &node) {
  ConfigMap map(node, "endpoint");
  edge::EndpointSettings endpoint = default_endpoint();
  endpoint.name = read_text(map.required("name"), "name");
  const YAML::Node listen = map.required("listen");
  read_parsed(listen, "listen", &edge::parse_listen_address);
  endpoint.listen = listen.Scalar();
  map.optional("transport", [&](const YAML::Node &value) {
    endpoint.transport = read_text(value, "transport");
  });
  map.optional("origins",
               [&](const YAML::Node &value) { endpoint.origins = read_texts(value, "origins"); });
  map.optional("settings", [&](const YAML::Node &value) { endpoint.settings = read_json(value); });
  map.finish();
  return endpoint;
}

MountConfig read_mount(const YAML::Node &node, const Config &config) {
  const std::vector<edge::EndpointSettings> &known = config.endpoints;
  ConfigMap map(node, "mount");
  MountConfig mount;
  const YAML::Node path = map.required("path");
  mount.path = read_text(path, "path");
  if (!plugin::is_mount_path(mount.path)) {
    throw ConfigError(path, "path: found " + found(path) +
                                ", accepted: a path that begins with / and has no query; * only "
                                "as its end /*, for all paths that begin like it");
  }
  mount.adapter = read_text(map.required("adapter"), "adapter");
  map.optional("endpoint", [&](const YAML::Node &value) {
    mount.endpoints = read_texts(value, "endpoint");
    for (const std::string &name : mount.endpoints) {
      const bool exists = std::any_of(known.begin(), known.end(),
                                      [&](const auto &endpoint) { return endpoint.name == name; });
      if (!exists) {
        std::string names;
        for (const auto &endpoint : known) names += (names.empty() ? "" : ", ") + endpoint.name;
        throw ConfigError(value, "endpoint: found \"" + name + "\", accepted: " + names);
      }
    }
  });
  map.optional("subprotocols", [&](const YAML::Node &value) {
    mount.subprotocols = read_texts(value, "subprotocols");
  });
  map.optional("access", [&](const YAML::Node &value) {
    mount.need = read_need(value, config.access.has_value());
  });
  map.finish();
  return mount;
}

void require_list(const YAML::Node &node, const std::string &what) {
  if (!node.IsSequence())
    throw ConfigError(node, what + ": found " + found(node) + ", accepted: a list");
}

void read_limits(const YAML::Node &node, session::Limits &limits) {
  ConfigMap map(node, "limits");
  const auto size = [&](const char *key, size_t &target) {
    map.optional(key, [&](const YAML::Node &value) {
      target = read_parsed(value, key, &parse_size);
      if (target == 0 || target > max_size) {
        throw ConfigError(value, std::string(key) + ": found " + found(value) +
                                     ", accepted: more than 0, at most 1024GiB");
      }
    });
  };
  size("message", limits.message);
  size("queue_bytes", limits.queue_bytes);
  size("state", limits.state);
  const auto number = [&](const char *key, size_t &target) {
    map.optional(
        key, [&](const YAML::Node &value) { target = read_number(value, key, 1, 1'000'000'000); });
  };
  number("queue_messages", limits.queue_messages);
  number("subscriptions", limits.subscriptions);
  number("filters", limits.filters);
  number("operations", limits.operations);
  map.optional("drop", [&](const YAML::Node &value) {
    limits.drop = read_parsed(value, "drop", &parse_drop_policy);
  });
  map.optional("stall", [&](const YAML::Node &value) {
    limits.stall = read_parsed(value, "stall", &parse_duration);
  });
  map.finish();
}

std::vector<std::string> read_filters(const YAML::Node &node, const std::string &what) {
  std::vector<std::string> filters = read_texts(node, what);
  for (const std::string &filter : filters) {
    if (const Status status = check_filter(filter); !status.is_ok()) {
      throw ConfigError(node, what + ": found \"" + filter + "\": " + status.message());
    }
  }
  return filters;
}

void read_rehearsal(const YAML::Node &node, upgrade::RehearsalSettings &settings) {
  ConfigMap map(node, "rehearsal");
  map.optional("time", [&](const YAML::Node &value) {
    settings.time = read_parsed(value, "time", &parse_duration);
    if (settings.time < std::chrono::milliseconds(1) || settings.time > std::chrono::hours(1)) {
      throw ConfigError(value, "time: found " + found(value) + ", accepted: 1ms to 1h");
    }
  });
  map.optional("memory", [&](const YAML::Node &value) {
    settings.memory = read_parsed(value, "memory", &parse_size);
    if (settings.memory < uint64_t{1} << 20 || settings.memory > max_size) {
      throw ConfigError(value, "memory: found " + found(value) + ", accepted: 1MiB to 1024GiB");
    }
  });
  map.optional("samples", [&](const YAML::Node &value) {
    settings.samples = static_cast<uint32_t>(read_number(value, "samples", 0, 100));
  });
  map.finish();
}

void read_shutdown(const YAML::Node &node, Config &config) {
  ConfigMap map(node, "shutdown");
  map.optional("grace", [&](const YAML::Node &value) {
    config.shutdown_grace = read_parsed(value, "grace", &parse_duration);
  });
  map.optional("pace", [&](const YAML::Node &value) {
    config.shutdown_pace = read_number(value, "pace", 1, 1'000'000'000);
  });
  map.optional("reconnects", [&](const YAML::Node &value) {
    config.shutdown_reconnects = read_number(value, "reconnects", 1, 1'000'000'000);
  });
  map.finish();
}

void read_watchdog(const YAML::Node &node, plugin::WatchdogLimits &limits) {
  ConfigMap map(node, "watchdog");
  map.optional("callback", [&](const YAML::Node &value) {
    limits.callback = read_parsed(value, "callback", &parse_duration);
    if (limits.callback < std::chrono::milliseconds(1)) {
      throw ConfigError(value, "callback: found " + found(value) + ", accepted: from 1ms");
    }
  });
  map.optional("restart", [&](const YAML::Node &value) {
    limits.restart = read_parsed(value, "restart", &parse_duration);
    if (limits.restart.count() != 0 && limits.restart < limits.callback) {
      throw ConfigError(value, "restart: found " + found(value) +
                                   ", accepted: 0s (never), or from what callback is");
    }
  });
  map.finish();
}

void read_adapters(const YAML::Node &node, const std::string &file, Config &config) {
  if (!node.IsMap()) {
    throw ConfigError(
        node, "adapters: found " + found(node) + ", accepted: a map of plugin names to settings");
  }
  for (const auto &member : node) {
    const std::string name = read_text(member.first, "adapters");
    config.adapters[name] = read_json(member.second);
    for (const auto &[path, mark] : read_places(member.second, "settings")) {
      config.adapter_places[name][path] =
          file + ':' + std::to_string(mark.line + 1) + ':' + std::to_string(mark.column + 1);
    }
  }
}

void read_root(const YAML::Node &root, const std::string &file, Config &config) {
  ConfigMap map(root, "configuration");
  map.optional("shards", [&](const YAML::Node &value) {
    config.shards =
        static_cast<uint32_t>(read_number(value, "shards", 1, session::SessionTable::max_shards));
  });
  map.optional("plugins", [&](const YAML::Node &value) {
    ConfigMap plugins(value, "plugins");
    plugins.optional("directory", [&](const YAML::Node &directory) {
      config.plugin_directory = read_text(directory, "directory");
    });
    plugins.optional("allow_downgrade", [&](const YAML::Node &flag) {
      config.allow_downgrade = read_flag(flag, "allow_downgrade");
    });
    plugins.optional("watch",
                     [&](const YAML::Node &flag) { config.watch = read_flag(flag, "watch"); });
    plugins.finish();
  });
  map.optional("endpoints", [&](const YAML::Node &value) {
    require_list(value, "endpoints");
    config.endpoints.clear();
    std::set<std::string> names;
    for (const YAML::Node &item : value) {
      config.endpoints.push_back(read_endpoint(item));
      if (!names.insert(config.endpoints.back().name).second) {
        throw ConfigError(item, "endpoints: two are named \"" + config.endpoints.back().name + '"');
      }
    }
  });
  map.optional("access", [&](const YAML::Node &value) { config.access = read_access(value); });
  map.optional("mounts", [&](const YAML::Node &value) {
    require_list(value, "mounts");
    config.mounts.emplace();
    for (const YAML::Node &item : value) {
      config.mounts->push_back(read_mount(item, config));
    }
  });
  map.optional("links", [&](const YAML::Node &value) { config.links = read_links(value); });
  map.optional("adapters", [&](const YAML::Node &value) { read_adapters(value, file, config); });
  map.optional("limits", [&](const YAML::Node &value) { read_limits(value, config.limits); });
  map.optional("ephemeral", [&](const YAML::Node &value) {
    config.ephemeral = read_filters(value, "ephemeral");
  });
  map.optional("streams", [&](const YAML::Node &value) { config.streams = read_streams(value); });
  map.optional("upgrade", [&](const YAML::Node &value) {
    ConfigMap upgrade(value, "upgrade");
    upgrade.optional("slice", [&](const YAML::Node &slice) {
      config.upgrade_slice = read_parsed(slice, "slice", &parse_duration);
    });
    upgrade.optional("max_failed_moves", [&](const YAML::Node &share) {
      config.max_failed_moves = read_parsed(share, "max_failed_moves", &parse_share);
    });
    upgrade.optional("probation", [&](const YAML::Node &time) {
      config.upgrade_probation = read_parsed(time, "probation", &parse_duration);
    });
    upgrade.optional("max_errors", [&](const YAML::Node &number) {
      config.upgrade_max_errors = read_number(number, "max_errors", 0, 1'000'000'000);
    });
    upgrade.optional("error_factor", [&](const YAML::Node &factor) {
      config.upgrade_error_factor = read_error_factor(factor);
    });
    upgrade.optional("canary",
                     [&](const YAML::Node &canary) { config.canary = read_canary(canary); });
    upgrade.optional("allow",
                     [&](const YAML::Node &allow) { config.upgrade_allow = read_allow(allow); });
    upgrade.optional("drain", [&](const YAML::Node &time) {
      config.upgrade_drain = read_parsed(time, "drain", &parse_duration);
    });
    upgrade.optional("max_draining", [&](const YAML::Node &number) {
      config.upgrade_max_draining = read_number(number, "max_draining", 1, 100);
    });
    upgrade.optional("rehearsal", [&](const YAML::Node &rehearsal) {
      read_rehearsal(rehearsal, config.rehearsal);
    });
    upgrade.finish();
  });
  map.optional("shutdown", [&](const YAML::Node &value) { read_shutdown(value, config); });
  map.optional("watchdog", [&](const YAML::Node &value) { read_watchdog(value, config.watchdog); });
  map.optional("admin", [&](const YAML::Node &value) { config.admin = read_admin(value); });
  map.optional("log", [&](const YAML::Node &value) {
    ConfigMap log(value, "log");
    log.optional("level", [&](const YAML::Node &level) {
      config.log_level = read_parsed(level, "level", &parse_log_level);
    });
    log.optional("format", [&](const YAML::Node &format) {
      config.log_format = read_parsed(format, "format", &parse_log_format);
    });
    log.finish();
  });
  map.finish();
}

std::string placed(const std::string &name, int line, int column, const std::string &message) {
  return name + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + message;
}

}  // namespace

Config::Config()
    : shards(std::clamp(std::thread::hardware_concurrency(), 1u, 64u)),
      plugin_directory(default_plugin_directory()),
      endpoints{default_endpoint(), second_endpoint()},
      streams{default_stream()} {}

Result<Config> parse_config(const std::string &text, const std::string &name) {
  try {
    Config config;
    read_root(YAML::Load(text), name, config);
    return config;
  } catch (const ConfigError &error) {
    return Status::invalid(placed(name, error.line, error.column, error.what()));
  } catch (const YAML::Exception &error) {
    return Status::invalid(
        placed(name, error.mark.line + 1, error.mark.column + 1, "no YAML: " + error.msg));
  }
}

Result<Config> read_config(const std::filesystem::path &file) {
  std::ifstream stream(file);
  if (!stream) return Status::system(file.string(), errno);
  std::ostringstream text;
  text << stream.rdbuf();
  return parse_config(text.str(), file.string());
}

Result<observe::LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return observe::LogLevel::debug;
  if (text == "info") return observe::LogLevel::info;
  if (text == "warn") return observe::LogLevel::warn;
  if (text == "error") return observe::LogLevel::error;
  return Status::invalid("found \"" + std::string(text) + "\", accepted: debug, info, warn, error");
}

Result<uint32_t> parse_drop_policy(std::string_view text) {
  constexpr std::string_view names[] = {"newest", "oldest", "latest per key", "priority",
                                        "disconnect"};
  for (uint32_t i = 0; i < std::size(names); ++i) {
    if (text == names[i]) return SLIPRING_DROP_NEWEST + i;
  }
  return Status::invalid("found \"" + std::string(text) +
                         "\", accepted: newest, oldest, latest per key, priority, disconnect");
}

Result<observe::LogFormat> parse_log_format(std::string_view text) {
  if (text == "text") return observe::LogFormat::text;
  if (text == "json") return observe::LogFormat::json;
  return Status::invalid("found \"" + std::string(text) + "\", accepted: text, json");
}

}  // namespace slipring::host
