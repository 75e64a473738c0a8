// Nats: the client protocol of NATS in binary WebSocket messages. It is a stream of its own: a
// message of WebSocket can hold several of NATS, and parts of them.
//
// Nothing is acknowledged: NATS core has no such thing.
//
// Thread-safety: none.
#pragma once

#include "pubsub/web_socket_dialect.hpp"

namespace slipring::bench::pubsub {

class Nats final : public WebSocketDialect {
 public:
  Nats(const Options &options, const Role &role);

  void publish(std::string &output, uint32_t topic, std::string_view message,
               std::optional<uint64_t> number) override;

 private:
  void opened(std::string &, Listener &) override {}
  void frame(std::string_view payload, std::string &output, Listener &listener) override;
  size_t parse(std::string_view bytes, std::string &output, Listener &listener);
  void line(std::string_view text, std::string &output, Listener &listener);
  std::string subject(uint32_t topic) const;

  std::string input_;    // the beginning of something incomplete
  std::string request_;  // kept for its memory
};

}  // namespace slipring::bench::pubsub
