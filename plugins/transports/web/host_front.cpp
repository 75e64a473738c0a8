#include "host_front.hpp"

#include <slipring/cpp/bytes.hpp>
#include <slipring/cpp/status.hpp>

namespace slipring::web {
namespace {

template <class Table>
const Table &table_of(const sdk::Host &host, const char *id) {
  const auto *const table = host.extension<Table>(id);
  if (table == nullptr) {
    throw sdk::Error(SLIPRING_FAILED_PRECONDITION, std::string("the host lacks ") + id);
  }
  return *table;
}

slipring_writer writer_to(std::string &text) {
  return {&text, [](void *to, slipring_bytes bytes) -> slipring_status {
            static_cast<std::string *>(to)->append(sdk::view(bytes));
            return SLIPRING_OK;
          }};
}

}  // namespace

HostFront::HostFront(const sdk::Host &host)
    : host_(host.raw()),
      exchanges_(table_of<slipring_http_sessions>(host, SLIPRING_HTTP_SESSIONS)),
      messages_(table_of<slipring_message_sessions>(host, SLIPRING_MESSAGE_SESSIONS)) {}

Front::Opened HostFront::open(Exchange &exchange, const slipring_http_request &request) {
  Opened opened;
  const slipring_writer reason = writer_to(opened.reason);
  opened.status = exchanges_.open(host_, endpoint_, &exchange, &request, &opened.session, &reason);
  return opened;
}

void HostFront::body(slipring_session session, std::string_view bytes, bool more) {
  exchanges_.body(host_, session, sdk::bytes(bytes), more ? 1 : 0);
}

void HostFront::trailers(slipring_session session, std::span<const slipring_field> fields) {
  exchanges_.trailers(host_, session, fields.data(), fields.size());
}

void HostFront::exchange_writable(slipring_session session) {
  exchanges_.writable(host_, session);
}

void HostFront::exchange_closed(slipring_session session, slipring_status status) {
  exchanges_.closed(host_, session, status);
}

Front::Opened HostFront::open(Messages &messages, const slipring_message_handshake &handshake) {
  Opened opened;
  const slipring_writer reason = writer_to(opened.reason);
  // The host chooses from what was offered, so what was offered is room enough.
  opened.subprotocol.resize(handshake.subprotocols.size);
  std::size_t size = opened.subprotocol.size();
  opened.status = messages_.open(host_, endpoint_, &messages, &handshake, &opened.session,
                                 opened.subprotocol.data(), &size, &reason);
  opened.subprotocol.resize(opened.status == SLIPRING_OK ? size : 0);
  return opened;
}

void HostFront::receive(slipring_session session, const slipring_message &message) {
  messages_.receive(host_, session, &message);
}

void HostFront::messages_writable(slipring_session session) {
  messages_.writable(host_, session);
}

void HostFront::messages_closed(slipring_session session, std::uint16_t code,
                                std::string_view reason) {
  messages_.closed(host_, session, code, sdk::bytes(reason));
}

}  // namespace slipring::web
