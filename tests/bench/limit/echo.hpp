// EchoServer: gives every message back.
//
// Thread-safety: that of Server.
#pragma once

#include <string>
#include <string_view>

#include "limit/server.hpp"
#include "wire/frame.hpp"

namespace slipring::bench {

class EchoServer final : public Server {
 public:
  using Server::Server;

 private:
  void message(Connection &from, uint8_t opcode, std::string_view payload) override {
    frame_.clear();
    append_unmasked(frame_, opcode, payload);
    send(from, frame_);
  }

  std::string frame_;
};

}  // namespace slipring::bench
