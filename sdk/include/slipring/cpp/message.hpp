// What flows through the message profile: one message, and how a session began. Views are borrowed
// for the call.
#ifndef SLIPRING_CPP_MESSAGE_HPP
#define SLIPRING_CPP_MESSAGE_HPP

#include <slipring/ext/profile-message.h>

#include <slipring/cpp/bytes.hpp>

namespace slipring::sdk {

enum class MessageKind : uint8_t { text = SLIPRING_MESSAGE_TEXT, binary = SLIPRING_MESSAGE_BINARY };

// How an adapter wants its input: whole messages, or what has come so far.
enum class Input : uint32_t { whole = SLIPRING_INPUT_WHOLE, parts = SLIPRING_INPUT_PARTS };

struct Message {
  explicit Message(const slipring_message &message) noexcept
      : bytes(view(message.bytes)),
        kind(static_cast<MessageKind>(message.kind)),
        more(message.more != 0) {}

  std::string_view bytes;
  MessageKind kind;
  bool more;  // further bytes of this message follow; only with Input::parts
};

struct Handshake {
  explicit Handshake(const slipring_message_handshake &handshake) noexcept
      : path(view(handshake.path)),
        query(view(handshake.query)),
        authority(view(handshake.authority)),
        origin(view(handshake.origin)),
        subprotocol(view(handshake.subprotocols)),
        peer(view(handshake.peer)),
        identity(view(handshake.identity)) {}

  std::string_view path;   // without the query
  std::string_view query;  // without "?"
  std::string_view authority;
  std::string_view origin;
  std::string_view subprotocol;  // the one chosen; empty when none
  std::string_view peer;         // "192.0.2.1:4711"
  std::string_view identity;     // whom its credential or its certificate names, or empty
};

}  // namespace slipring::sdk

#endif
