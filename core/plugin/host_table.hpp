// HostTable: the host as one plugin generation sees it.
//
// Each generation and each of its instances gets a slipring_host of its own, so that a call can be
// told from one of another generation, and log lines and counters carry the plugin's name. Which
// extensions there are is decided where the host is put together (core/host): an ExtensionSet is
// filled there before the first plugin is loaded.
//
// Thread-safety: immutable after construction.
#pragma once

#include <slipring/abi.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "observe/burst.hpp"
#include "observe/counters.hpp"
#include "plugin/roster.hpp"

namespace slipring::plugin {

class ExtensionSet {
 public:
  void add(std::string_view id, const void *table) { tables_[std::string(id)] = table; }
  const void *find(std::string_view id) const;
  std::vector<std::string> ids() const;

 private:
  std::map<std::string, const void *, std::less<>> tables_;
};

// What host tables share. Outlives them.
struct HostServices {
  observe::Counters counters;
  observe::Burst burst;
  ExtensionSet extensions;
  Roster generations;

  // With the extensions that need nothing of higher folders: log/1 and metrics/1.
  HostServices();
};

class HostTable {
 public:
  // For a generation, or for its instance on `shard` of `shard_count`.
  HostTable(HostServices &services, std::string plugin, std::string version,
            uint32_t shard = UINT32_MAX, uint32_t shard_count = 0);
  HostTable(const HostTable &) = delete;
  HostTable &operator=(const HostTable &) = delete;

  const slipring_host *abi() const { return &host_; }
  static const HostTable &of(const slipring_host *host);

  HostServices &services() const { return services_; }
  const std::string &plugin() const { return plugin_; }
  const std::string &version() const { return version_; }

 private:
  HostServices &services_;
  const std::string plugin_;
  const std::string version_;
  slipring_host host_;
};

}  // namespace slipring::plugin
