// SlipringJson: slipring.json.v1, a JSON object for each message (docs/protocols/).
//
// Thread-safety: none.
#pragma once

#include "pubsub/web_socket_dialect.hpp"

namespace slipring::bench::pubsub {

class SlipringJson final : public WebSocketDialect {
 public:
  SlipringJson(const Options &options, const Role &role)
      : WebSocketDialect(options, role, options.path) {}

  void publish(std::string &output, uint32_t topic, std::string_view message,
               std::optional<uint64_t> number) override;

 private:
  void opened(std::string &output, Listener &listener) override;
  void frame(std::string_view payload, std::string &output, Listener &listener) override;

  std::string request_;  // kept for its memory
};

}  // namespace slipring::bench::pubsub
