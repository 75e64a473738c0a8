// Nats: the client protocol of NATS in binary WebSocket messages. It is a stream of its own: a
// message of WebSocket can hold several of NATS, and parts of them.
//
// Nothing is acknowledged: NATS core has no such thing; JetStream has (jetstream.hpp).
//
// Thread-safety: none.
#pragma once

#include "pubsub/web_socket_dialect.hpp"

namespace slipring::bench::pubsub {

class Nats : public WebSocketDialect {
 public:
  Nats(const Options &options, const Role &role) : Nats(options, role, false) {}

  void publish(std::string &output, uint32_t topic, std::string_view message,
               std::optional<uint64_t> number) override;

 protected:
  // `answers`: whether a publish is acknowledged.
  Nats(const Options &options, const Role &role, bool answers);

  std::string subject(uint32_t topic) const;
  // `answer`: the subject for it; may be empty.
  void publish_to(std::string &output, uint32_t topic, std::string_view answer,
                  std::string_view message);

 private:
  // What is sent behind CONNECT.
  virtual std::string subscribe() const;
  virtual void received(std::string_view subject, std::string_view message, Listener &listener);
  void opened(std::string &, Listener &) override {}
  void frame(std::string_view payload, std::string &output, Listener &listener) override;
  size_t parse(std::string_view bytes, std::string &output, Listener &listener);
  void line(std::string_view text, std::string &output, Listener &listener);

  std::string input_;    // the beginning of something incomplete
  std::string request_;  // kept for its memory
};

}  // namespace slipring::bench::pubsub
