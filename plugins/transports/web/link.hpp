// Link and Protocol: the two halves of a connection.
//
// A Link carries bytes: a socket, plain or under TLS, or the tunnel that a stream of HTTP/2 makes
// for a WebSocket (RFC 8441). A Protocol says what they mean: HTTP/1.1, HTTP/2, WebSocket. A link
// owns the protocol spoken on it, which can be replaced while it lives: HTTP/1.1 becomes WebSocket
// by its handshake.
//
// Thread-safety: their shard.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace slipring::web {

class Protocol {
 public:
  virtual ~Protocol() = default;

  // What came, borrowed for the call, to be changed in place as one likes (unmasking, inflating in
  // front). Everything is used, or copied by whoever needs it later.
  virtual void receive(std::span<char> bytes) = 0;

  // The link, which was full, has room again.
  virtual void writable() = 0;

  // The peer sends no more (FIN, END_STREAM). It may still read.
  virtual void peer_ended() = 0;

  // The link is gone: whoever the host knows is reported closed, nothing is sent any more. The
  // protocol is destroyed afterwards.
  virtual void lost() = 0;

  // Begins nothing new and ends when what is under way has ended (`Connection: close`, GOAWAY).
  // What belongs to the host's sessions the host ends itself.
  virtual void drain() = 0;

  // Goes on, but tells the peer to connect anew for what it has not begun. A connection that has
  // brought nothing yet may bring the first.
  virtual void give_way() = 0;
};

class Link {
 public:
  // Takes a copy of `bytes`, to be written joined with what else is said in this round. Answers
  // whether there is room for more; when not, `Protocol::writable` follows, and what is sent before
  // it is taken all the same: so a short answer needs no place to wait in.
  virtual bool send(std::string_view bytes) = 0;

  // Whether a `writable` is due. What can wait should not be sent now.
  virtual bool full() const = 0;

  // A number that changes whenever some of what was sent has left: what shows that a peer whose
  // link is full is alive. A link that cannot tell leaves it at 0.
  virtual std::uint64_t progress() const { return 0; }

  // Stops, or goes on, reading. Nothing comes while stopped, not even what was read before. May be
  // called from inside `receive`: the call under way is then the last.
  virtual void set_reading(bool reading) = 0;

  // No more is sent: what was goes out, the peer is told (FIN behind TLS's close_notify;
  // END_STREAM), and has a moment to close its side, during which what it sends is thrown away (RFC
  // 9112 §9.6). `lost` follows, never from inside this call.
  virtual void finish() = 0;

  // Ends at once (RST; RST_STREAM). `lost` follows, never from inside this call.
  virtual void drop() = 0;

  // From now on `next` is spoken; the one before is destroyed once it is no longer on the stack,
  // without `lost`. `rest`, what came behind and belongs to `next`, is given to it before anything
  // else.
  virtual void become(std::unique_ptr<Protocol> next, std::span<char> rest) = 0;

  // "192.0.2.1:4711".
  virtual std::string_view peer() const = 0;
  virtual bool is_secure() const = 0;
  // The subject of the client's verified certificate (RFC 2253), empty when it showed none.
  virtual std::string identity() const { return {}; }

 protected:
  ~Link() = default;
};

}  // namespace slipring::web
