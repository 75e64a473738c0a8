// A client's session: what an adapter sends to and closes. It is a name, not a connection: cheap to
// copy, and it stays right when the session moves to another version of the plugin.
//
// Thread-safety: use it on the shard's thread only, which is where an adapter is called.
#ifndef SLIPRING_CPP_SESSION_HPP
#define SLIPRING_CPP_SESSION_HPP

#include <slipring/ext/adapter.h>

#include <slipring/cpp/message.hpp>
#include <slipring/cpp/status.hpp>

namespace slipring::sdk {

// Why a session is over.
struct Ending {
  explicit Ending(const slipring_ending &ending) noexcept
      : cause(ending.cause), code(ending.code) {}

  uint32_t cause;  // SLIPRING_END_…
  uint32_t code;   // the profile's own: a close code in message/1
};

class Session {
 public:
  Session(const slipring_host *host, const slipring_message_host *messages,
          slipring_session id) noexcept
      : host_(host), messages_(messages), id_(id) {}

  slipring_session id() const noexcept { return id_; }

  // Queues one message; the bytes are copied, order of calls is order on the wire.
  // RESOURCE_EXHAUSTED: the client does not read and its queue is full, nothing was queued.
  // NOT_FOUND, FAILED_PRECONDITION: the session is gone, or going.
  Status send(MessageKind kind, std::string_view text) noexcept {
    return messages_->send(host_, id_, static_cast<uint8_t>(kind), bytes(text));
  }
  Status send_text(std::string_view text) noexcept { return send(MessageKind::text, text); }
  Status send_binary(std::string_view data) noexcept { return send(MessageKind::binary, data); }

  // Ends the session once what is queued has been sent; on_close follows. `code`: SLIPRING_CLOSE_…
  // or another of RFC 6455 §7.4; `reason`: UTF-8, at most 123 bytes.
  Status close(uint16_t code = SLIPRING_CLOSE_NORMAL, std::string_view reason = {}) noexcept {
    return messages_->close(host_, id_, code, bytes(reason));
  }

 private:
  const slipring_host *host_;
  const slipring_message_host *messages_;
  slipring_session id_;
};

}  // namespace slipring::sdk

#endif
