// Overview: what runs here, as one JSON text that the shards share (slipring/ext/overview.h).
//
// Thread-safety: describe() on the control thread; the rest on the shard whose text it is.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edge/endpoint.hpp"
#include "edge/mount_table.hpp"
#include "plugin/host_table.hpp"
#include "plugin/manifest.hpp"

namespace slipring::host {

struct OverviewFacts {
  struct Endpoint {
    std::string name;
    std::string transport;
    std::string address;  // bound
    std::vector<std::string> profiles;
  };

  std::string version;  // of the host
  std::vector<plugin::Manifest> plugins;
  std::vector<edge::Mount> mounts;
  std::vector<Endpoint> endpoints;  // by their index
};

std::string describe(const OverviewFacts &facts);

// From now on this thread's shard answers with `text`.
void set_overview(std::shared_ptr<const std::string> text);

// Adds SLIPRING_OVERVIEW.
void add_overview_extension(plugin::ExtensionSet &extensions);

}  // namespace slipring::host
