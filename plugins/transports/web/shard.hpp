// Shard: what all connections of one endpoint on one shard share, and the list of them.
//
// Thread-safety: one per instance, used on its shard.
#pragma once

#include <slipring/ext/loop.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <slipring/cpp/host.hpp>
#include <string>
#include <vector>

#include "common/tls/context.hpp"
#include "context.hpp"
#include "host_front.hpp"
#include "joiner.hpp"
#include "poller.hpp"
#include "settings.hpp"
#include "websocket/compression.hpp"

namespace slipring::web {

class Connection;

class Shard {
 public:
  // Throws sdk::Error.
  Shard(const slipring_host *host, const slipring_loop &loop, Settings settings);
  ~Shard();
  Shard(const Shard &) = delete;
  Shard &operator=(const Shard &) = delete;

  // Before anything is done in a step of the loop: looks at the clock.
  void begin() { deadlines.set_now(Clock::now()); }

  // `Connection::settle` in a later step of the loop.
  void later(Connection &connection);

  // A place for one more from that address; false: there is none, which is counted.
  bool enter(Connection &connection, std::string_view address);
  void leave(Connection &connection, std::string_view address);
  std::size_t connections() const { return connections_.size(); }

  // Begins nothing new. `empty(user)` is called once no connection is left.
  void drain(void (*empty)(void *), void *user);
  void give_way(void (*empty)(void *), void *user);
  // Ends all of them at once, then calls `stopped(user)`.
  void stop(void (*stopped)(void *), void *user);

  // Reads certificates again. Throws sdk::Error; then those it had stay.
  std::string reload();

  const sdk::Host host;
  const slipring_loop &loop;
  const Settings settings;
  Counters counters;
  Deadlines deadlines;
  HostFront front;
  Compression compression;
  Context context;
  Poller poller;
  Joiner joiner;
  std::shared_ptr<tls::Context> tls;  // nullptr: plain
  bool draining = false;
  bool giving_way = false;

  static constexpr std::size_t read_bytes = 64 * 1024;
  std::array<char, read_bytes> read_buffer;

 private:
  void end_round();
  void advance();
  void schedule();
  void settle();
  void begin_visiting(void (*empty)(void *), void *user);
  void visit_some();
  void report_empty();

  std::vector<Connection *> connections_;  // each knows its place
  std::map<std::string, std::size_t, std::less<>> addresses_;
  std::vector<Connection *> unsettled_;
  std::vector<Connection *> settling_;
  std::size_t to_visit_ = 0;  // of connections_: still to be told to drain, or to give way
  void (*empty_)(void *) = nullptr;
  void *empty_user_ = nullptr;
  std::optional<Time> scheduled_;  // when the timer is set for
  bool posted_ = false;            // what is due now will be done
  slipring_timer *timer_;
  std::uint32_t round_end_;
};

}  // namespace slipring::web
