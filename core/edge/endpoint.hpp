// Endpoint: an address the host listens on, and a transport's instances, one per shard, that serve
// it.
//
// Life cycle, on the control thread: open (bind and listen), start (create the transport's
// instances on their shards, then accept), stop_accepting, drain (the transport ends what belongs
// to no session), stop (instances stopped and destroyed on their shards). The sessions of each
// shard must outlive stop().
//
// Thread-safety: control thread; what runs on shards is posted there.
#pragma once

#include <slipring/ext/transport.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "edge/listener.hpp"
#include "plugin/generation.hpp"
#include "session/shard_sessions.hpp"
#include "shard/loop_extension.hpp"
#include "shard/shard_set.hpp"

namespace slipring::edge {

struct EndpointSettings {
  std::string name;
  std::string listen;
  std::string transport;  // the plugin's name
  std::vector<std::string> origins;
  std::string settings = "{}";  // JSON, for the transport

  bool operator==(const EndpointSettings &) const = default;
};

// The sessions of every shard, by its index. Declared here, owned by the host.
using AllSessions = std::vector<std::unique_ptr<session::ShardSessions>>;

class Endpoint {
 public:
  // `transport` outlives the endpoint. `index` names it in calls of the transport.
  Endpoint(uint32_t index, EndpointSettings settings, plugin::Generation &transport,
           shard::ShardSet &shards, AllSessions &sessions);
  ~Endpoint();
  Endpoint(const Endpoint &) = delete;
  Endpoint &operator=(const Endpoint &) = delete;

  Status open();
  boost::asio::awaitable<Status> start();
  boost::asio::awaitable<void> stop_accepting();
  boost::asio::awaitable<void> drain();
  boost::asio::awaitable<void> stop();

  // Has the transport read again what its settings name (certificates): one line about it, empty
  // when there is nothing to read.
  boost::asio::awaitable<Result<std::string>> reload();

  const EndpointSettings &settings() const { return settings_; }
  const std::string &address() const { return listener_.address(); }
  uint64_t accepted() const { return listener_.accepted(); }
  bool is_accepting() const { return listener_.is_accepting(); }
  // After drain(): no connection is left, or the transport does not say.
  bool is_drained() const { return draining_ == 0; }
  // [shard] Sessions open on that shard.
  uint64_t sessions_on(uint32_t shard) const;

 private:
  struct OnShard;

  Status create_on(shard::Shard &shard);
  template <class Table>
  const Table *extension(const char *id) const;
  void hand_over(int fd, std::string peer);

  const uint32_t index_;
  const EndpointSettings settings_;
  plugin::Generation &transport_;
  shard::ShardSet &shards_;
  AllSessions &sessions_;
  Listener listener_;
  std::vector<std::unique_ptr<OnShard>> on_shards_;
  uint32_t next_shard_ = 0;             // used on the listener's shard
  std::atomic<uint32_t> draining_ = 0;  // shards with connections left
};

}  // namespace slipring::edge
