// What stands around core/session when it is measured without a process around it: a chooser that
// knows one adapter, a transport that frames like a server's WebSocket and swallows what it is
// given, a bus of one shard whose topics below bench/ keep nothing, and plugins loaded from the
// build.
//
// Thread-safety: none; the thread that makes it plays the shard and the control thread.
#pragma once

#include <slipring/ext/profile-message.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/shard_bus.hpp"
#include "plugin/generation.hpp"
#include "session/shard_events.hpp"
#include "session/shard_sessions.hpp"
#include "shard/shard.hpp"

namespace slipring::bench {

class HostFixture {
 public:
  HostFixture();
  ~HostFixture();

  // A build of a plugin with an instance for the one shard, from below lib/slipring of this build.
  // Throws.
  plugin::Generation &load(std::string_view file);
  void unload(plugin::Generation &generation);

  // Opens `count` sessions of `adapter`.
  std::vector<slipring_session> open(plugin::Generation &adapter, size_t count);
  void close(const std::vector<slipring_session> &opened);

  // The end of a round, as the host has it.
  void end_round();

  session::ShardSessions &sessions() { return *sessions_; }
  shard::Shard &shard() { return shard_; }
  // Bytes that the transport was given.
  uint64_t written() const;

 private:
  struct OneAdapter final : session::Chooser {
    Result<session::Choice> choose(uint32_t, uint32_t, const slipring_message_handshake &) override;
    Result<session::Choice> choose_http(uint32_t, uint32_t, const slipring_http_request &) override;
    plugin::Instance *adapter = nullptr;
    std::shared_ptr<const std::string> path = std::make_shared<const std::string>("/bench");
  };

  std::filesystem::path staged_;
  plugin::HostServices services_;
  plugin::HostTable transport_host_;
  OneAdapter chooser_;
  shard::Shard shard_{0, 1};
  std::unique_ptr<session::ShardSessions> sessions_;
  bus::Network network_;
  std::unique_ptr<bus::ShardBus> bus_;
  std::unique_ptr<session::ShardEvents> events_;
  std::vector<std::unique_ptr<plugin::Generation>> generations_;
  uint64_t loaded_ = 0;
};

}  // namespace slipring::bench
