// Dialler: one attempt after the other to reach a link's target; see slipring/ext/dial.h.
//
//   name ─► addresses, one after the other ─► TCP, TLS, handshake by libwebsockets ─► Outgoing
//
// Not thread-safe: used on its shard. One per instance; an instance is made for one link.
#pragma once

#include <libwebsockets.h>
#include <slipring/ext/dial.h>

#include <string>
#include <string_view>
#include <vector>

#include "shard.hpp"
#include "target.hpp"

namespace slipring::websocket {

class Dialler final : public DeadlineQueue::Entry {
 public:
  explicit Dialler(Shard &shard);
  ~Dialler();

  // Throws sdk::Error.
  void dial(const slipring_dial &dial);
  void stop() { stopped_ = true; }

  // ── from libwebsockets ──────────────────────────────────────────────────────────────────────
  // The answer to the handshake is there; false: it is not accepted.
  bool check_answer(::lws *wsi);
  void established(::lws *wsi);
  void not_connected(::lws *wsi, std::string_view why);

  // The attempt takes too long.
  static void timed_out(DeadlineQueue::Entry &entry);

 private:
  void try_next();
  bool connect(const std::string &address);
  void fail(const std::string &why);

  Shard &shard_;
  const slipring_dial_links &links_;
  std::uint32_t link_ = 0;
  Target target_;
  std::string subprotocol_;
  std::string origin_;
  std::vector<std::string> addresses_;  // those left to try, the next one last
  std::string peer_;
  std::uint64_t attempt_ = 0;
  ::lws *wsi_ = nullptr;
  std::string refused_;      // why the answer was not accepted
  std::string problem_;      // what is to be said when no address is left
  bool connecting_ = false;  // inside a call of libwebsockets that begins to connect
  bool prepared_ = false;    // the library knows how to verify the target
  bool under_way_ = false;
  bool stopped_ = false;
};

}  // namespace slipring::websocket
