#include "transport.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <slipring/cpp/bytes.hpp>

#include "outgoing.hpp"

namespace slipring::websocket {
namespace {

// Collects the host's line for a client that is refused.
struct Reason {
  std::string text;

  slipring_writer writer() {
    return {this, [](void *self, slipring_bytes bytes) -> slipring_status {
              static_cast<Reason *>(self)->text += sdk::view(bytes);
              return SLIPRING_OK;
            }};
  }
};

Connection *connection_of(::lws *wsi) {
  return static_cast<Connection *>(lws_get_opaque_user_data(wsi));
}

}  // namespace

Transport::Transport(const slipring_host *host, const slipring_loop &loop, const Settings &settings)
    : shard_(host, loop, settings, &Transport::callback, this) {
  if (!settings.tls) return;
  shard_.relays = std::make_unique<TlsRelays>(
      shard_.host, loop, shard_.census, *settings.tls, settings.handshake_timeout,
      [this] { shard_.schedule(); },
      [this](const slipring_accepted &accepted) { serve(accepted); });
}

Transport::~Transport() = default;

void Transport::adopt(const slipring_accepted &accepted) {
  if (stopping_) {
    ::close(accepted.fd);
    return;
  }
  const int on = 1;
  setsockopt(accepted.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  shard_.relays != nullptr ? shard_.relays->adopt(accepted) : serve(accepted);
}

void Transport::serve(const slipring_accepted &accepted) {
  if (draining_) {
    ::close(accepted.fd);
    return;
  }
  Pending::begin(shard_, *this, accepted);
}

std::string Transport::reload() {
  return shard_.relays != nullptr ? shard_.relays->reload() : std::string();
}

void Transport::dial(const slipring_dial &dial) {
  if (dialler_ == nullptr) dialler_ = std::make_unique<Dialler>(shard_);
  dialler_->dial(dial);
}

void Transport::accept(Pending &pending) {
  const Handshake &asked = pending.handshake();
  const bool is_secure = shard_.relays != nullptr;
  const slipring_message_handshake handshake = {.struct_size = sizeof handshake,
                                                .path = sdk::bytes(asked.path),
                                                .query = sdk::bytes(asked.query),
                                                .authority = sdk::bytes(asked.authority),
                                                .origin = sdk::bytes(asked.origin),
                                                .subprotocols = sdk::bytes(asked.subprotocols),
                                                .peer = sdk::bytes(pending.peer()),
                                                .identity = {},
                                                .scheme = sdk::bytes(is_secure ? "https" : "http"),
                                                .fields = asked.fields.data(),
                                                .field_count = asked.fields.size()};
  auto connection = std::make_unique<Connection>(shard_);
  slipring_session session = 0;
  // The host chooses from what was offered, so what was offered is room enough.
  std::string subprotocol(asked.subprotocols.size(), '\0');
  std::size_t subprotocol_size = subprotocol.size();
  Reason reason;
  const slipring_writer writer = reason.writer();
  MessagePeer *const peer = connection.get();
  const slipring_status status =
      shard_.sessions.open(shard_.host.raw(), pending.endpoint(), peer, &handshake, &session,
                           subprotocol.data(), &subprotocol_size, &writer);
  if (status != SLIPRING_OK) {
    // A path that speaks no WebSocket does not exist for who asks for one (RFC 6455 §4.2.2 (4)).
    const int code = status == SLIPRING_FAILED_PRECONDITION ? 404 : http_status(status);
    const std::string_view challenge = code == 401 ? challenge_for(asked.fields) : "";
    pending.refuse({.status = code, .message = std::move(reason.text), .challenge = challenge});
    return;
  }
  connection->opened(session);
  const std::string key(asked.key);
  const int fd = pending.release();
  upgrade(connection.release(), fd, key, std::string_view(subprotocol).substr(0, subprotocol_size));
}

void Transport::upgrade(Connection *connection, int fd, std::string_view key,
                        std::string_view subprotocol) {
  upgrading_ = connection;
  upgrading_subprotocol_ = subprotocol;
  ::lws *wsi = shard_.library.adopt(fd, canonical_request(key));
  upgrading_subprotocol_ = {};
  shard_.pump.touch();
  if (upgrading_ == nullptr) return;

  // Not established: for want of memory or of descriptors.
  upgrading_ = nullptr;
  shard_.host.log_burst(sdk::LogLevel::error, "libwebsockets did not take a connection");
  if (wsi != nullptr) shard_.library.drop(wsi);
  connection->closed();
  delete connection;
}

// All that is established is the host's.
void Transport::give_way(void (*empty)(void *), void *user) {
  shard_.census.when_empty(empty, user);
}

void Transport::drain(void (*empty)(void *), void *user) {
  draining_ = true;
  abandon_handshakes();
  shard_.census.when_empty(empty, user);
}

void Transport::abandon_handshakes() {
  while (auto *pending = static_cast<Pending *>(shard_.handshakes.pop())) pending->abandon();
  while (auto *pending = static_cast<Pending *>(shard_.lingering.pop())) pending->abandon();
}

void Transport::stop(void (*stopped)(void *), void *user) {
  stopping_ = draining_ = true;
  shard_.census.forget();
  stopped_ = stopped;
  stopped_user_ = user;
  if (dialler_ != nullptr) dialler_->stop();
  abandon_handshakes();
  shard_.library.end();
  finish_stop();
}

void Transport::finish_stop() {
  if (shard_.pump.drain()) {
    if (shard_.relays != nullptr) shard_.relays->flush();
    shard_.relays.reset();
    stopped_(stopped_user_);
    return;
  }
  shard_.loop.post(
      &shard_.loop, [](void *self) { static_cast<Transport *>(self)->finish_stop(); }, this);
}

int Transport::callback(::lws *wsi, lws_callback_reasons reason, void *, void *in,
                        std::size_t size) {
  switch (reason) {
    case LWS_CALLBACK_ADD_HEADERS:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_CLIENT_CLOSED:
      return static_cast<Transport *>(Library::user_of(wsi))->event(wsi, reason, in, size);
    default:
      return 0;  // about the context, or HTTP
  }
}

int Transport::event(::lws *wsi, lws_callback_reasons reason, void *in, std::size_t size) {
  if (dialler_ != nullptr) return dialled_event(wsi, reason, in, size);
  if (reason == LWS_CALLBACK_ADD_HEADERS) {
    return add_headers(*static_cast<lws_process_html_args *>(in));
  }
  if (reason == LWS_CALLBACK_ESTABLISHED) {
    established(wsi);
    return 0;
  }
  Connection *connection = connection_of(wsi);
  if (connection == nullptr) return -1;
  switch (reason) {
    case LWS_CALLBACK_RECEIVE:
      connection->received({static_cast<const char *>(in), size});
      return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
      connection->pong_received();
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      connection->writeable();
      return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      return connection->peer_closes(static_cast<unsigned char *>(in), size) ? 0 : -1;
    default:  // closed
      lws_set_opaque_user_data(wsi, nullptr);
      connection->closed();
      delete connection;
      return 0;
  }
}

int Transport::dialled_event(::lws *wsi, lws_callback_reasons reason, void *in, std::size_t size) {
  const std::string_view bytes(static_cast<const char *>(in), in != nullptr ? size : 0);
  switch (reason) {
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      dialler_->not_connected(wsi, bytes.empty() ? "not connected" : bytes);
      return 0;
    case LWS_CALLBACK_CLIENT_FILTER_PRE_ESTABLISH:
      return dialler_->check_answer(wsi) ? 0 : -1;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      dialler_->established(wsi);
      return 0;
    default:
      break;
  }
  auto *const outgoing = static_cast<Outgoing *>(lws_get_opaque_user_data(wsi));
  if (outgoing == nullptr) return -1;
  switch (reason) {
    case LWS_CALLBACK_CLIENT_RECEIVE:
      outgoing->received(bytes);
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
      outgoing->pong_received();
      return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return outgoing->writeable() ? 0 : -1;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      return outgoing->peer_closes(bytes) ? 0 : -1;
    case LWS_CALLBACK_CLIENT_CLOSED:
      lws_set_opaque_user_data(wsi, nullptr);
      outgoing->closed();
      delete outgoing;
      return 0;
    default:
      return 0;
  }
}

void Transport::established(::lws *wsi) {
  Connection *connection = upgrading_;
  upgrading_ = nullptr;
  connection->established(wsi);
}

// libwebsockets would answer with the name of its own protocol; the host's choice is written here.
int Transport::add_headers(lws_process_html_args &response) {
  // The answer is written in the buffer that sockets are read into.
  const auto *const end = reinterpret_cast<unsigned char *>(response.p) + response.max_len;
  shard_.read_buffer = {end - Library::shared_buffer_bytes, end};

  if (upgrading_subprotocol_.empty()) return 0;
  const std::string header =
      "Sec-WebSocket-Protocol: " + std::string(upgrading_subprotocol_) + "\r\n";
  if (static_cast<std::size_t>(response.max_len) < header.size() + 2) return -1;
  std::memcpy(response.p, header.data(), header.size());
  response.p += header.size();
  return 0;
}

}  // namespace slipring::websocket
