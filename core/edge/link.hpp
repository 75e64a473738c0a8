// Link: a connection that the host makes, and makes again when it is lost (slipring/ext/dial.h).
//
// It lives on one shard, chosen by its name, with an instance of the transport of its own there.
// Life cycle, on the control thread: start (create the instance, begin to dial), stop_dialling,
// stop (instance stopped and destroyed on the shard). In between, on the shard:
//
//   waiting ──► dialling ──► connected        Which of them, and how long to wait: link_state.hpp.
//      ▲            └ failed ┐   └ ended ┐
//      └─────────────────────┴───────────┘
//
// Thread-safety: control thread; what is marked [shard] on its shard.
#pragma once

#include <slipring/ext/dial.h>
#include <slipring/ext/transport.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <random>
#include <string>

#include "edge/link_state.hpp"
#include "plugin/generation.hpp"
#include "session/dialled.hpp"
#include "session/shard_sessions.hpp"
#include "shard/loop_extension.hpp"
#include "shard/shard_set.hpp"

namespace slipring::edge {

struct LinkSettings {
  std::string name;
  std::string transport;  // the plugin's name
  std::string target;
  std::string adapter;
  std::string subprotocol;
  std::string origin;
  std::string authorities;
  std::string settings = "{}";  // JSON, for the transport

  bool operator==(const LinkSettings &) const = default;
};

class Link final : public session::Dialled {
 public:
  // `number` names it in calls of the transport. `transport` and `sessions` outlive it.
  Link(uint32_t number, LinkSettings settings, plugin::Generation &transport,
       shard::ShardSet &shards, std::vector<std::unique_ptr<session::ShardSessions>> &sessions);
  ~Link() override;

  boost::asio::awaitable<Status> start();
  // What is up stays up, and is not dialled again.
  boost::asio::awaitable<void> stop_dialling();
  boost::asio::awaitable<void> stop();

  const LinkSettings &settings() const { return settings_; }
  // The target without its query, which may hold what is nobody's business.
  std::string target() const { return settings_.target.substr(0, settings_.target.find('?')); }
  uint32_t shard() const { return shard_.index(); }
  // [shard]
  const LinkState &state() const { return state_; }

  // [shard] From sessions.
  void failed(std::string_view why) override;
  void began() override;
  void ended(uint32_t cause, uint32_t code) override;

 private:
  boost::asio::awaitable<void> on_its_shard(shard::ShardSet::Work work);
  Status create();
  void destroy();
  void dial();
  void dial_later(std::string why);

  const uint32_t number_;
  const LinkSettings settings_;
  plugin::Generation &transport_;
  shard::ShardSet &shards_;
  shard::Shard &shard_;
  session::ShardSessions &sessions_;
  plugin::HostTable host_;
  shard::LoopExtension loop_;
  void *instance_ = nullptr;
  LinkState state_;
  boost::asio::steady_timer timer_;
  std::minstd_rand random_{std::random_device{}()};

  observe::Counter &attempts_;
  observe::Counter &connected_;
  observe::Counter &lost_;
};

}  // namespace slipring::edge
