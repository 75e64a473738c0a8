// Link: a connection that the host makes, and makes again when it is lost (slipring/ext/dial.h).
//
// It lives on one shard, chosen by its name, with an instance of the transport of its own there.
// Life cycle, on the control thread: start (create the instance, begin to dial), stop_dialling,
// drain, stop (instance stopped and destroyed on the shard). In between the transport's version may
// be replaced, by way of seat(): what is up stays up, and the next time the new version dials. On
// the shard:
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
#include "edge/transport_seat.hpp"
#include "session/dialled.hpp"

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
  // `transport`: serves until another version is brought in. `number` names the link in calls of
  // transports.
  Link(uint32_t number, LinkSettings settings, plugin::Generation &transport,
       shard::ShardSet &shards, AllSessions &sessions);
  ~Link() override;

  boost::asio::awaitable<Status> start();
  // What is up stays up, and is not dialled again.
  boost::asio::awaitable<void> stop_dialling();
  boost::asio::awaitable<void> drain() { return seat_.drain(0); }
  boost::asio::awaitable<void> stop() { return seat_.stop(0); }

  TransportSeat &seat() { return seat_; }
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
  void dial();
  void instance_stopped(const TransportInstance &instance);
  void dial_later(std::string why);

  const uint32_t number_;
  const LinkSettings settings_;
  plugin::Generation &first_transport_;
  plugin::HostServices &services_;
  shard::ShardSet &shards_;
  shard::Shard &shard_;
  TransportSeat seat_;
  const TransportInstance *dials_ = nullptr;  // the last that was asked to
  LinkState state_;
  boost::asio::steady_timer timer_;
  std::minstd_rand random_{std::random_device{}()};

  observe::Counter &attempts_;
  observe::Counter &connected_;
  observe::Counter &lost_;
};

}  // namespace slipring::edge
