// Descriptions: what adapters say of their mounts, as one JSON text that the shards share
// (slipring/ext/description.h).
//
// Thread-safety: describe_mount() and what answers plugins on the shard they are for; join() on any
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge/mount_table.hpp"
#include "plugin/generation.hpp"
#include "plugin/host_table.hpp"

namespace slipring::host {

struct Description {
  std::string path;
  std::string adapter;
  std::string version;                 // of the adapter
  std::vector<std::string> endpoints;  // empty: all
  std::string json;                    // an object, as the adapter wrote it
};

// What the adapter has written for `mount`; nothing: it has nothing to say, or what it said is no
// JSON object, which is logged. Names of endpoints are left to the caller.
std::optional<Description> describe_mount(const edge::Mount &mount, plugin::Instance &instance);

// As slipring_description_host.collect gives it. `version`: of the host.
std::string join(std::string_view version, const std::vector<Description> &descriptions);

// From now on this thread's shard answers with `text`.
void set_descriptions(std::shared_ptr<const std::string> text);

// Adds SLIPRING_DESCRIPTION.
void add_description_extension(plugin::ExtensionSet &extensions);

}  // namespace slipring::host
