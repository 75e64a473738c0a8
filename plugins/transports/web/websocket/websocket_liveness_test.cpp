#include "websocket_fixture.hpp"

namespace slipring::web::websocket_test {
namespace {

class WebSocketLivenessTest : public WebSocketTest {
 protected:
  const std::string ping_ = server_frame(wire::fin | wire::ping, "ping");
};

TEST_F(WebSocketLivenessTest, ASilentPeerIsPingedAndThenDropped) {
  pass(settings_.times.ping_interval);
  EXPECT_EQ(link_.sent, ping_);
  EXPECT_FALSE(link_.dropped);
  pass(settings_.times.pong);
  EXPECT_TRUE(link_.dropped);
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1006, ""}}));
}

TEST_F(WebSocketLivenessTest, AnyByteIsASignOfLife) {
  pass(settings_.times.ping_interval);
  receive("\x81");
  pass(settings_.times.pong);
  EXPECT_FALSE(link_.dropped);
  pass(settings_.times.ping_interval - settings_.times.pong);
  EXPECT_EQ(link_.sent, ping_ + ping_);
}

TEST_F(WebSocketLivenessTest, APeerNobodyReadsFromIsNotJudgedByItsSilence) {
  socket_->set_reading(false);
  pass(std::chrono::hours(1));
  EXPECT_EQ(link_.sent, "");
  socket_->set_reading(true);
  pass(settings_.times.ping_interval);
  EXPECT_EQ(link_.sent, ping_);
  socket_->set_reading(false);
  pass(std::chrono::hours(1));
  EXPECT_FALSE(link_.dropped);
}

TEST_F(WebSocketLivenessTest, AFullLinkIsNotPingedButWatched) {
  link_.room = 0;
  for (int i = 0; i < 5; ++i) {
    pass(settings_.times.ping_interval);
    link_.moved += 1;
    pass(settings_.times.pong);
  }
  EXPECT_EQ(link_.sent, "");
  EXPECT_FALSE(link_.dropped) << "it is slow, not dead";
  pass(settings_.times.ping_interval);
  pass(settings_.times.pong);
  EXPECT_TRUE(link_.dropped) << "nothing moved";
}

TEST_F(WebSocketLivenessTest, OutputThatMovesIsASignOfLife) {
  pass(settings_.times.ping_interval);
  socket_->writable();
  pass(settings_.times.pong);
  EXPECT_FALSE(link_.dropped);
}

TEST_F(WebSocketLivenessTest, AClosingPeerIsNotPinged) {
  socket_->close(1001, "");
  link_.sent.clear();
  pass(settings_.times.close - std::chrono::milliseconds(1));
  receive(client_frame(wire::fin | wire::text, "a"));
  socket_->writable();
  pass(std::chrono::milliseconds(1));
  EXPECT_TRUE(link_.dropped);
  EXPECT_EQ(link_.sent, "");
}

TEST_F(WebSocketLivenessTest, PingsAndDeadPeersAreCounted) {
  SeenCounter pings;
  SeenCounter dead;
  counters_.pings_sent = pings.counter();
  counters_.dead_peers = dead.counter();
  pass(settings_.times.ping_interval);
  EXPECT_EQ(pings.value(), 1u);
  pass(settings_.times.pong);
  EXPECT_EQ(dead.value(), 1u);
}

TEST_F(WebSocketLivenessTest, AnIdleOneIsSmall) {
  EXPECT_LE(sizeof(WebSocket), 160u);
}

}  // namespace
}  // namespace slipring::web::websocket_test
