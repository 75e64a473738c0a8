// What comes of the bytes a client sends, cut in some way: for tests that say that the way does not
// matter.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "compression.hpp"
#include "fakes.hpp"
#include "websocket.hpp"

namespace slipring::web::websocket_test {

// A shard with one WebSocket on it.
struct Stage {
  explicit Stage(const Deflation &agreed, std::size_t message_limit = 1 << 20) {
    settings.websocket.message = message_limit;
    Deflation deflation = agreed;
    if (deflation.enabled && !compression.grant(deflation)) std::abort();
    socket = std::make_unique<WebSocket>(context, link, deflation);
    socket->opened(7);
  }

  // Bytes come; then the round ends.
  void receive(std::string_view bytes) {
    std::string buffer(bytes);
    socket->receive(buffer);
  }
  void end_round() {
    deadlines.set_now(deadlines.now() + std::chrono::microseconds(1));
    deadlines.advance();
  }

  Settings settings;
  FakeFront front;
  Deadlines deadlines{{settings.times.tls, settings.times.head, settings.times.body,
                       settings.times.idle, settings.times.ping_interval, settings.times.pong,
                       settings.times.close}};
  Counters counters;
  Compression compression{settings.websocket};
  Context context{front, deadlines, counters, settings, &compression};
  FakeLink link;
  std::unique_ptr<WebSocket> socket;
};

struct Outcome {
  std::vector<FakeFront::Message> messages;  // whole ones
  std::vector<FakeFront::Closed> closed;
  std::string sent;
  bool finished = false;

  bool operator==(const Outcome &) const = default;
};

// Of bytes that come in pieces of that size, then the end of the connection.
inline Outcome outcome_of(std::string_view bytes, std::size_t piece, const Deflation &deflation,
                          std::size_t message_limit) {
  Stage stage(deflation, message_limit);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    stage.receive(bytes.substr(at, piece));
  }
  stage.end_round();
  const bool finished = stage.link.finished;
  stage.socket->lost();
  return {stage.front.messages, stage.front.closed, stage.link.sent, finished};
}

}  // namespace slipring::web::websocket_test
