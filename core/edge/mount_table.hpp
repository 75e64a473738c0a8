// MountTable: which adapter serves which path, and which instance of it answers now.
//
// A mount binds a path, on one endpoint or all, to an adapter by name. A path that ends in "/*"
// stands for all that begin like it, up to and with the "/". A client gets the mount that fits it
// best: the path itself before one that stands for many, a longer one before a shorter, and among
// equals the first whose adapter has the profile and the subprotocol. Which generation of that
// adapter gets new sessions is a separate entry per shard, so that an upgrade switches a shard in
// one step on its own thread. For a while a second generation, the canary, may get a share of them.
// A mount that wants a credential is reached through the gate (access/gate.hpp).
//
// Thread-safety: everything that takes a shard's index belongs to that shard's thread (or happens
// before shards start); a shard sees only its own entries.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/gate.hpp"
#include "edge/share.hpp"
#include "session/shard_sessions.hpp"

namespace slipring::edge {

struct Mount {
  std::shared_ptr<const std::string> path;
  std::string plugin;
  std::vector<std::string> subprotocols;   // accepted, best first; empty: the adapter does not care
  std::vector<uint32_t> endpoints;         // empty: every one
  std::vector<std::string> profiles;       // of its adapter; empty: not known, as it is not loaded
  access::Need need = access::Need::none;  // of a credential
};

// Whose adapter a link's sessions go to.
struct LinkPlace {
  std::string plugin;
  std::shared_ptr<const std::string> path;
  session::Dialled *dialled = nullptr;  // outlives its sessions
};

using Mounts = std::shared_ptr<const std::vector<Mount>>;

class MountTable final : public session::Chooser {
 public:
  // `origins`: the allow-list of each endpoint, by its index.
  MountTable(uint32_t shards, std::vector<std::vector<std::string>> origins);

  // Numbers of links, in place of an endpoint's index, begin here.
  static constexpr uint32_t first_link = 0x80000000;
  // REQUIRES: before the first of them is dialled.
  void set_links(std::vector<LinkPlace> links) { links_ = std::move(links); }

  // `mounts` as by_fit() orders them.
  void set_mounts(uint32_t shard, Mounts mounts);
  static Mounts by_fit(std::vector<Mount> mounts);
  // Who checks credentials from now on; nullptr: no mount that wants one lets anybody in.
  void set_gate(uint32_t shard, std::shared_ptr<const access::Gate> gate);
  // All new sessions of `plugin` on that shard go to `instance` from now on; nullptr: to nobody.
  void set_current(uint32_t shard, const std::string &plugin, plugin::Instance *instance);
  plugin::Instance *current(uint32_t shard, const std::string &plugin) const;
  // That share of them goes to `canary`, until set_current(). REQUIRES: there is a current one,
  // with the same profiles.
  void set_canary(uint32_t shard, const std::string &plugin, plugin::Instance *canary,
                  double share);

  Result<session::Choice> choose(uint32_t shard, uint32_t endpoint,
                                 const slipring_message_handshake &handshake) override;
  Result<session::Choice> choose_http(uint32_t shard, uint32_t endpoint,
                                      const slipring_http_request &request) override;
  session::Dialled *dialled(uint32_t link) override;

 private:
  struct Wanted {
    uint32_t endpoint;
    std::string_view path;
    std::string_view profile;
    std::vector<std::string_view> subprotocols;
    access::Request request;
  };
  Result<session::Choice> choose(uint32_t shard, const Wanted &wanted);
  Result<access::Admission> admit(uint32_t shard, const Mount &mount, const Wanted &wanted) const;
  Result<session::Choice> choice_of(uint32_t shard, const Mount &mount, std::string subprotocol);

  Result<session::Choice> choose_link(uint32_t shard, uint32_t link,
                                      const slipring_message_handshake &handshake);
  // Who gets the next session of `plugin`; nullptr: nobody.
  plugin::Instance *next(uint32_t shard, const std::string &plugin);

  struct Serving {
    plugin::Instance *current = nullptr;
    plugin::Instance *canary = nullptr;
    Share share{0};  // the canary's
  };
  struct PerShard {
    Mounts mounts;
    std::shared_ptr<const access::Gate> gate;
    std::map<std::string, Serving> serving;
  };

  const std::vector<std::vector<std::string>> origins_;
  std::vector<PerShard> shards_;
  std::vector<LinkPlace> links_;
};

}  // namespace slipring::edge
