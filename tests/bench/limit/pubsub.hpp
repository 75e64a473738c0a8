// PubsubServer: as much of slipring.json.v1 as slipring_bench_pubsub uses. An event is framed once
// and copied to its subscribers.
//
// Thread-safety: that of Server.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "limit/server.hpp"

namespace slipring::bench {

class PubsubServer final : public Server {
 public:
  using Server::Server;

 private:
  void message(Connection &from, uint8_t opcode, std::string_view payload) override;
  void closed(Connection &connection) override;
  void answer(Connection &to, std::string_view text);

  std::unordered_map<std::string, std::vector<Connection *>> subscribers_;  // by topic
  std::string frame_;
};

}  // namespace slipring::bench
