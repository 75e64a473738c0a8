#include "pubsub/nchan.hpp"

#include <stdexcept>

namespace slipring::bench::pubsub {

Nchan::Nchan(const Options &options, const Role &role)
    : WebSocketDialect(options, role,
                       (role.subscribes ? "/sub/" : "/pub/") + options.topic + '/' +
                           std::to_string(role.topic)) {
  if (options.acknowledged) throw std::runtime_error("nchan: a publish is not acknowledged");
  if (options.publishers < options.topics) {
    throw std::runtime_error("nchan: a publisher has one topic");
  }
}

void Nchan::publish(std::string &output, uint32_t, std::string_view message,
                    std::optional<uint64_t>) {
  send(output, op_text, message);
}

void Nchan::frame(std::string_view payload, std::string &, Listener &listener) {
  role_.subscribes ? listener.message(payload) : listener.refused(payload);
}

}  // namespace slipring::bench::pubsub
