// JetStream: NATS with a stream that keeps what is published to the topics below Options::topic.
//
// A publish is a request: its answer says that the stream has it. A subscriber is a consumer
// without acknowledgements to whom the stream pushes, from where Options::start says. The stream
// itself is made beforehand (lib/jetstream.mjs).
//
// Thread-safety: none.
#pragma once

#include "pubsub/nats.hpp"

namespace slipring::bench::pubsub {

class JetStream final : public Nats {
 public:
  JetStream(const Options &options, const Role &role);

  void publish(std::string &output, uint32_t topic, std::string_view message,
               std::optional<uint64_t> number) override;

 private:
  std::string subscribe() const override;
  void received(std::string_view subject, std::string_view message, Listener &listener) override;

  const std::string inbox_;  // answers come here
};

}  // namespace slipring::bench::pubsub
