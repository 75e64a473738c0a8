// Nchan: nginx's nchan, a WebSocket for each channel, and what is published as it is. Subscribers
// connect to /sub/TOPIC, publishers to /pub/TOPIC, which is to be configured so that it answers
// nothing.
//
// Thread-safety: none.
#pragma once

#include "pubsub/web_socket_dialect.hpp"

namespace slipring::bench::pubsub {

class Nchan final : public WebSocketDialect {
 public:
  Nchan(const Options &options, const Role &role);

  void publish(std::string &output, uint32_t topic, std::string_view message,
               std::optional<uint64_t> number) override;

 private:
  void opened(std::string &, Listener &listener) override { listener.ready(); }
  void frame(std::string_view payload, std::string &output, Listener &listener) override;
};

}  // namespace slipring::bench::pubsub
