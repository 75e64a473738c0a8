// HostFront: the host behind Front, by the tables of its extensions.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/cpp/host.hpp>

#include "front.hpp"

namespace slipring::web {

class HostFront final : public Front {
 public:
  // Throws sdk::Error: the host lacks a table.
  explicit HostFront(const sdk::Host &host);

  // The endpoint that sessions are opened for; known with the first accepted socket.
  void set_endpoint(std::uint32_t endpoint) { endpoint_ = endpoint; }

  Opened open(Exchange &exchange, const slipring_http_request &request) override;
  void body(slipring_session session, std::string_view bytes, bool more) override;
  void trailers(slipring_session session, std::span<const slipring_field> fields) override;
  void exchange_writable(slipring_session session) override;
  void exchange_closed(slipring_session session, slipring_status status) override;

  Opened open(Messages &messages, const slipring_message_handshake &handshake) override;
  void receive(slipring_session session, const slipring_message &message) override;
  void messages_writable(slipring_session session) override;
  void messages_closed(slipring_session session, std::uint16_t code,
                       std::string_view reason) override;

 private:
  const slipring_host *const host_;
  const slipring_http_sessions &exchanges_;
  const slipring_message_sessions &messages_;
  std::uint32_t endpoint_ = 0;
};

}  // namespace slipring::web
