// TLS before libwebsockets: the client's socket on one side, a pair of local sockets on the other,
// whose far end is served as if it were the client's socket. So the handshake is read by our own
// parser (handshake.hpp), under TLS as in the clear, and libwebsockets sees plain text.
//
//   client ══ TLS ══ TlsRelay ── socket pair ── Pending, then libwebsockets
//
// Each direction holds what one read has brought and the other side has not taken, and reads no
// more until it has: a client that does not read is felt behind the relay as in the clear. An end
// is carried over after what came before it: close_notify becomes the end of the pair's stream,
// which becomes close_notify. An end without close_notify may be an attacker's (RFC 8446 §6.1), and
// cuts the connection.
//
// Not thread-safe: used on its shard. A relay belongs to TlsRelays.
#pragma once

#include <slipring/ext/transport.h>

#include <memory>
#include <string>
#include <string_view>

#include "census.hpp"
#include "common/deadline_queue.hpp"
#include "common/tls/flow.hpp"
#include "common/tls/layer.hpp"

namespace slipring::websocket {

class TlsRelays;

class TlsRelay final : public DeadlineQueue::Entry {
 public:
  // Takes the socket, for which `layer` has been made.
  TlsRelay(TlsRelays &relays, std::unique_ptr<tls::Layer> layer, const slipring_accepted &accepted);
  ~TlsRelay();

  // Waits for the client's handshake; the relay may be gone afterwards, as after every other call
  // below.
  void begin();
  // Nobody was heard of for the time that is given for a handshake.
  void late();
  // Output has not moved for a while, or the client has not ended after us.
  void look_after();
  // The instance is about to end.
  void flush();

  // What the client's own socket says, for those who see the pair alone.
  std::uint32_t acknowledged_bytes() const;
  bool peer_has_finished() const;

 private:
  friend class TlsRelays;

  void shake_hands();
  bool open_pair();
  void move_all();
  bool move_in();   // false: the relay is to end
  bool move_out();  // likewise
  bool send_in(std::string_view bytes);
  tls::Flow send_out(std::string_view bytes);
  void host_ended();
  void watch_progress();
  void wait_for_host(std::uint32_t events);
  void wait_for_client(std::uint32_t events);

  TlsRelays &relays_;
  const Census::Member counted_;
  std::unique_ptr<tls::Layer> layer_;
  const int client_;
  const std::uint32_t endpoint_;
  std::string peer_;  // until the pair is open
  int host_ = -1;     // our end of the pair
  int far_end_ = -1;  // the other one's number, closed by whoever serves it
  slipring_watch *client_watch_ = nullptr;
  slipring_watch *host_watch_ = nullptr;
  std::string in_;   // read from the client, not taken by the pair
  std::string out_;  // read from the pair, not taken by the client
  std::uint32_t acknowledged_ = 0;
  bool client_ended_ = false;
  bool host_ended_ = false;
  bool discards_ = false;  // nobody reads the pair any more
};

}  // namespace slipring::websocket
