#include "liveness.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace slipring::websocket {
namespace {

using std::chrono::seconds;

struct FakePeer final : Liveness::Peer {
  void send_ping() override { heard += "ping "; }
  void found_dead() override { heard += "dead "; }
  void close_overdue() override { heard += "overdue "; }
  std::string heard;
};

class LivenessTest : public ::testing::Test {
 protected:
  // Lets virtual time pass second by second.
  void pass(int count) {
    for (int i = 0; i < count; ++i) {
      now += seconds(1);
      liveness.advance(now);
    }
  }

  Time now{};
  Liveness liveness{
      {.ping_interval = seconds(30), .pong_timeout = seconds(10), .close_timeout = seconds(5)}};
  FakePeer peer;
};

TEST_F(LivenessTest, ASilentPeerIsPingedOnceAndThenFoundDead) {
  liveness.alive(peer, now);
  pass(29);
  EXPECT_EQ(peer.heard, "");
  pass(1);
  EXPECT_EQ(peer.heard, "ping ");
  pass(9);
  EXPECT_EQ(peer.heard, "ping ");
  pass(1);
  EXPECT_EQ(peer.heard, "ping dead ");
  pass(100);
  EXPECT_EQ(peer.heard, "ping dead ");
  EXPECT_EQ(liveness.next(), std::nullopt);
}

TEST_F(LivenessTest, AnAnswerBeginsANewSilence) {
  liveness.alive(peer, now);
  pass(35);
  liveness.alive(peer, now);
  pass(29);
  EXPECT_EQ(peer.heard, "ping ");
  pass(1);
  EXPECT_EQ(peer.heard, "ping ping ");
}

TEST_F(LivenessTest, APeerThatIsHeardOftenIsNeverPinged) {
  for (int i = 0; i < 200; ++i) {
    liveness.alive(peer, now);
    pass(1);
  }
  EXPECT_EQ(peer.heard, "");
}

TEST_F(LivenessTest, ASuspendedPeerIsLeftAlone) {
  liveness.alive(peer, now);
  liveness.suspend(peer);
  pass(100);
  EXPECT_EQ(peer.heard, "");
}

TEST_F(LivenessTest, APeerThatIsClosingHasTheCloseTimeoutAlone) {
  liveness.alive(peer, now);
  pass(10);
  liveness.closing(peer, now);
  pass(3);
  liveness.closing(peer, now);
  liveness.alive(peer, now);
  liveness.suspend(peer);
  pass(1);
  EXPECT_EQ(peer.heard, "");
  pass(1);
  EXPECT_EQ(peer.heard, "overdue ");
}

TEST_F(LivenessTest, EachPeerHasItsOwnDeadlineAndTheNextOneIsKnown) {
  std::array<FakePeer, 3> peers;
  for (FakePeer &each : peers) {
    liveness.alive(each, now);
    now += seconds(4);
  }
  EXPECT_EQ(liveness.next(), Time{} + seconds(30));
  liveness.alive(peers[0], now);
  EXPECT_EQ(liveness.next(), Time{} + seconds(34));
  liveness.advance(Time{} + seconds(36));
  EXPECT_EQ(peers[0].heard, "");
  EXPECT_EQ(peers[1].heard, "ping ");
  EXPECT_EQ(peers[2].heard, "");
}

TEST_F(LivenessTest, APeerThatGoesAwayLeavesItsList) {
  liveness.alive(peer, now);
  {
    FakePeer brief;
    liveness.alive(brief, now);
  }
  pass(30);
  EXPECT_EQ(peer.heard, "ping ");
}

}  // namespace
}  // namespace slipring::websocket
