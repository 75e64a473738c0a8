// Front: the host, as the protocols of one endpoint on one shard see it. The real one forwards to
// the host's tables (slipring_http_sessions, slipring_message_sessions), whose rules hold.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/profile-http-transport.h>
#include <slipring/ext/profile-message.h>

#include <span>
#include <string>
#include <string_view>

namespace slipring::web {

// What the host calls an exchange with: one request and its response, over HTTP/1.1 or HTTP/2. See
// slipring_http_transport. None is called from inside a call to Front, but for set_reading(false).
class Exchange {
 public:
  virtual void respond(const slipring_http_head &head) = 0;
  virtual std::size_t write(std::span<const slipring_bytes> pieces) = 0;
  virtual void finish(std::span<const slipring_field> trailers) = 0;
  virtual void reset(slipring_status why) = 0;
  virtual void set_reading(bool reading) = 0;

 protected:
  ~Exchange() = default;
};

// What the host calls a WebSocket with. See slipring_message_transport.
class Messages {
 public:
  virtual std::size_t write(std::span<const slipring_frame> frames) = 0;
  virtual void set_reading(bool reading) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;

 protected:
  ~Messages() = default;
};

class Front {
 public:
  // What became of an `open`. `reason`: one line for the client, when refused.
  struct Opened {
    slipring_status status = SLIPRING_OK;
    slipring_session session = 0;
    std::string reason;
    std::string subprotocol;  // of a WebSocket; empty: none
  };

  virtual Opened open(Exchange &exchange, const slipring_http_request &request) = 0;
  virtual void body(slipring_session session, std::string_view bytes, bool more) = 0;
  virtual void trailers(slipring_session session, std::span<const slipring_field> fields) = 0;
  virtual void exchange_writable(slipring_session session) = 0;
  virtual void exchange_closed(slipring_session session, slipring_status status) = 0;

  virtual Opened open(Messages &messages, const slipring_message_handshake &handshake) = 0;
  virtual void receive(slipring_session session, const slipring_message &message) = 0;
  virtual void messages_writable(slipring_session session) = 0;
  virtual void messages_closed(slipring_session session, std::uint16_t code,
                               std::string_view reason) = 0;

 protected:
  ~Front() = default;
};

}  // namespace slipring::web
