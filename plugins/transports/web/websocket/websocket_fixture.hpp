// A WebSocket of a test, with the clock in the test's hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "compression.hpp"
#include "fakes.hpp"
#include "websocket.hpp"

namespace slipring::web::websocket_test {

// A counter whose value a test can see.
class SeenCounter {
 public:
  sdk::Counter counter() { return {&metrics_, reinterpret_cast<slipring_counter *>(&value_)}; }
  std::uint64_t value() const { return value_; }

 private:
  static void add(slipring_counter *counter, std::uint64_t amount) {
    *reinterpret_cast<std::uint64_t *>(counter) += amount;
  }

  static constexpr slipring_metrics metrics_ = {
      .struct_size = sizeof(slipring_metrics), .counter = nullptr, .add = add};
  std::uint64_t value_ = 0;
};

class WebSocketTest : public testing::Test {
 protected:
  WebSocketTest() { begin({}); }

  // Anew, with what was agreed about compression.
  void begin(const Deflation &deflation) {
    socket_.reset();
    link_ = FakeLink();
    socket_ = std::make_unique<WebSocket>(context_, link_, deflation);
    socket_->opened(7);
  }

  void receive(std::string bytes) { socket_->receive(bytes); }

  std::size_t write(const std::vector<std::string> &messages) {
    std::vector<std::unique_ptr<HostFrame>> owned;
    std::vector<slipring_frame> frames;
    for (const std::string &message : messages) {
      owned.push_back(std::make_unique<HostFrame>(std::vector{message}));
      frames.push_back(owned.back()->frame);
    }
    return socket_->write(frames);
  }

  void pass(Clock::duration time) {
    deadlines_.set_now(deadlines_.now() + time);
    deadlines_.advance();
  }
  void end_round() { pass(std::chrono::microseconds(1)); }

  using Closed = FakeFront::Closed;
  using Message = FakeFront::Message;

  Settings settings_;
  FakeFront front_;
  Deadlines deadlines_{{settings_.times.tls, settings_.times.head, settings_.times.body,
                        settings_.times.idle, settings_.times.ping_interval, settings_.times.pong,
                        settings_.times.close}};
  Counters counters_;
  Compression compression_{settings_.websocket};
  Context context_{front_, deadlines_, counters_, settings_, &compression_};
  FakeLink link_;
  std::unique_ptr<WebSocket> socket_;
};

}  // namespace slipring::web::websocket_test
