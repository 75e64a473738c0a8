// MountTable: which adapter serves which path, and which instance of it answers now.
//
// A mount binds a path, on one endpoint or all, to an adapter by name. Which generation of that
// adapter gets new sessions is a separate entry per shard, so that an upgrade switches a shard in
// one step on its own thread.
//
// Thread-safety: everything that takes a shard's index belongs to that shard's thread (or happens
// before shards start); a shard sees only its own entries.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "session/shard_sessions.hpp"

namespace slipring::edge {

struct Mount {
  std::shared_ptr<const std::string> path;
  std::string plugin;
  std::vector<std::string> subprotocols;  // accepted, best first; empty: the adapter does not care
  std::vector<uint32_t> endpoints;        // empty: every one
};

using Mounts = std::shared_ptr<const std::vector<Mount>>;

class MountTable final : public session::Chooser {
 public:
  // `origins`: the allow-list of each endpoint, by its index.
  MountTable(uint32_t shards, std::vector<std::vector<std::string>> origins);

  void set_mounts(uint32_t shard, Mounts mounts);
  // New sessions of `plugin` on that shard go to `instance` from now on; nullptr: to nobody.
  void set_current(uint32_t shard, const std::string &plugin, plugin::Instance *instance);
  plugin::Instance *current(uint32_t shard, const std::string &plugin) const;

  Result<session::Choice> choose(uint32_t shard, uint32_t endpoint,
                                 const slipring_message_handshake &handshake) override;

 private:
  struct PerShard {
    Mounts mounts;
    std::map<std::string, plugin::Instance *> current;
  };

  const std::vector<std::vector<std::string>> origins_;
  std::vector<PerShard> shards_;
};

}  // namespace slipring::edge
