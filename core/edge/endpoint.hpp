// Endpoint: an address the host listens on, and a transport's instances, one per shard, that serve
// it.
//
// Life cycle, on the control thread: open (bind and listen), start (create the transport's
// instances on their shards, then accept), stop_accepting, drain (the transport ends what belongs
// to no session), stop (instances stopped and destroyed on their shards). The sessions of each
// shard must outlive stop(). In between the transport's version may be replaced, by way of seat():
// which instance takes a socket is decided on the shard that gets it, when it gets it.
//
// Thread-safety: control thread; what runs on shards is posted there.
#pragma once

#include <slipring/ext/transport.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "edge/listener.hpp"
#include "edge/transport_seat.hpp"

namespace slipring::edge {

struct EndpointSettings {
  std::string name;
  std::string listen;
  std::string transport;  // the plugin's name
  std::vector<std::string> origins;
  std::string settings = "{}";  // JSON, for the transport

  bool operator==(const EndpointSettings &) const = default;
};

class Endpoint {
 public:
  // `transport`: serves until another version is brought in. `index` names the endpoint in calls of
  // transports.
  Endpoint(uint32_t index, EndpointSettings settings, plugin::Generation &transport,
           shard::ShardSet &shards, AllSessions &sessions);
  ~Endpoint();
  Endpoint(const Endpoint &) = delete;
  Endpoint &operator=(const Endpoint &) = delete;

  Status open();
  boost::asio::awaitable<Status> start();
  boost::asio::awaitable<void> stop_accepting();
  boost::asio::awaitable<void> drain() { return seat_.drain(0); }
  boost::asio::awaitable<void> stop() { return seat_.stop(0); }

  // Has the transport read again what its settings name (certificates): one line about it, empty
  // when there is nothing to read.
  boost::asio::awaitable<Result<std::string>> reload() { return seat_.reload(); }

  TransportSeat &seat() { return seat_; }
  const EndpointSettings &settings() const { return settings_; }
  const std::string &address() const { return listener_.address(); }
  uint64_t accepted() const { return listener_.accepted(); }
  bool is_accepting() const { return listener_.is_accepting(); }
  // After drain(): no connection is left, or the transport does not say.
  bool is_drained() const { return seat_.is_drained(); }
  // [shard] Sessions open on that shard, whatever version they came through.
  uint64_t sessions_on(uint32_t shard) const { return seat_.sessions_on(shard); }

 private:
  void hand_round(int fd, std::string peer);

  const uint32_t index_;
  const EndpointSettings settings_;
  plugin::Generation &first_transport_;
  shard::ShardSet &shards_;
  TransportSeat seat_;
  Listener listener_;
  uint32_t next_shard_ = 0;  // used on the listener's shard
};

}  // namespace slipring::edge
