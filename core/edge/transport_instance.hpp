// TransportInstance: one instance of a transport, on the shard it was made for.
//
//   create ─► adopt, dial … ─► [give_way] ─► [drain] ─► stop, which destroys it
//
// Thread-safety: its shard, except transport(), shard() and is_empty(). Its sessions' table and its
// shard's loop outlive it.
#pragma once

#include <slipring/ext/drain.h>
#include <slipring/ext/transport.h>

#include <atomic>
#include <functional>
#include <string>

#include "base/status.hpp"
#include "plugin/generation.hpp"
#include "session/shard_sessions.hpp"
#include "shard/loop_extension.hpp"

namespace slipring::edge {

class TransportInstance {
 public:
  TransportInstance(plugin::Generation &transport, shard::Shard &shard,
                    session::ShardSessions &sessions);
  TransportInstance(const TransportInstance &) = delete;
  TransportInstance &operator=(const TransportInstance &) = delete;

  plugin::Generation &transport() const { return transport_; }
  shard::Shard &shard() const { return loop_.shard(); }
  // The plugin's own pointer.
  void *raw() const { return instance_; }

  // `settings`: JSON. An error has the plugin's own words.
  Status create(const std::string &settings);
  void adopt(const slipring_accepted &accepted);
  // One line about what was read; empty: there is nothing to read.
  Result<std::string> reload();
  // Sessions open through it.
  uint64_t sessions() const { return sessions_.sessions_of(host_.abi()); }

  void give_way();
  void drain();
  // [any] After give_way() or drain(): no connection is left. A transport that cannot say so never
  // gets there.
  bool is_empty() const { return empty_.load(); }
  // Whether the transport can.
  bool says_when_empty() const { return drain_table() != nullptr; }

  // `done` is called when it is stopped and destroyed, in a later step. Without an instance at
  // once.
  void stop(std::function<void()> done);

 private:
  const slipring_transport_drain *drain_table() const;
  void destroy();
  static void set_empty(void *self);

  plugin::Generation &transport_;
  session::ShardSessions &sessions_;
  plugin::HostTable host_;
  shard::LoopExtension loop_;
  void *instance_ = nullptr;
  std::atomic<bool> empty_ = false;
};

}  // namespace slipring::edge
