// WebSocketDialect: what the protocols over WebSocket have in common.
//
// Thread-safety: none.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "pubsub/dialect.hpp"
#include "wire/web_socket.hpp"

namespace slipring::bench::pubsub {

class WebSocketDialect : public Dialect {
 public:
  void begin(std::string &output) final { web_socket_.request(output, path_); }
  size_t receive(std::span<char> bytes, std::string &output, Listener &listener) final {
    return web_socket_.receive(
        bytes, output, [&] { opened(output, listener); },
        [&](std::string_view payload) { frame(payload, output, listener); });
  }
  bool is_closed() const final { return web_socket_.is_closed(); }

 protected:
  WebSocketDialect(const Options &options, const Role &role, std::string path)
      : options_(options), role_(role), path_(std::move(path)), web_socket_(role.index) {}

  std::string topic(uint32_t number) const { return options_.topic + '/' + std::to_string(number); }
  void send(std::string &output, uint8_t opcode, std::string_view payload) {
    web_socket_.send(output, opcode, payload);
  }

  const Options &options_;
  const Role role_;

 private:
  // The handshake is done.
  virtual void opened(std::string &output, Listener &listener) = 0;
  virtual void frame(std::string_view payload, std::string &output, Listener &listener) = 0;

  const std::string path_;
  WebSocket web_socket_;
};

}  // namespace slipring::bench::pubsub
