#include "websocket_fixture.hpp"

namespace slipring::web::websocket_test {
namespace {

// What the server answers to a Close of the client, after the round.
class WebSocketCloseTest : public WebSocketTest {
 protected:
  std::string server_close(unsigned code, std::string_view reason = {}) {
    return server_frame(wire::fin | wire::close, close_payload(code, reason));
  }
  std::string client_close(unsigned code, std::string_view reason = {}) {
    return client_frame(wire::fin | wire::close, close_payload(code, reason));
  }
};

TEST_F(WebSocketCloseTest, OfThePeerIsAnsweredWithItsCodeBehindWhatTheHostStillHas) {
  receive(client_close(4001, "bye"));
  EXPECT_EQ(link_.sent, "");
  EXPECT_EQ(write({"last"}), 1u);
  end_round();
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::text, "last") + server_close(4001));
  EXPECT_TRUE(link_.finished);
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{4001, "bye"}}));
}

TEST_F(WebSocketCloseTest, WithoutACodeIsAnsweredWithoutOneAndReportedAs1005) {
  receive(client_frame(wire::fin | wire::close, ""));
  end_round();
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::close, ""));
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1005, ""}}));
}

TEST_F(WebSocketCloseTest, OfThePeerWaitsForAFullLink) {
  link_.room = 5;
  EXPECT_EQ(write({"abc", "def"}), 1u);
  receive(client_close(1000));
  end_round();
  EXPECT_FALSE(link_.finished);
  link_.room = SIZE_MAX;
  socket_->writable();
  EXPECT_EQ(front_.writable, 1);
  EXPECT_EQ(write({"def"}), 1u);
  end_round();
  EXPECT_TRUE(
      link_.sent.ends_with(server_frame(wire::fin | wire::text, "def") + server_close(1000)));
}

TEST_F(WebSocketCloseTest, OfAPeerThatDoesNotReadIsNotWaitedForForLong) {
  link_.room = 5;
  write({"abc", "def"});
  receive(client_close(1000));
  end_round();
  pass(settings_.times.close);
  EXPECT_TRUE(link_.dropped);
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1000, ""}}));
}

TEST_F(WebSocketCloseTest, OfAPeerThatReadsTooSlowlyIsNotWaitedForForLongEither) {
  receive(client_close(1000));
  for (int i = 0; i < 10 && !link_.dropped; ++i) {
    link_.room = link_.sent.size() + 5;
    socket_->writable();
    write({"abc", "def"});
    pass(settings_.times.close / 2);
  }
  EXPECT_TRUE(link_.dropped);
}

TEST_F(WebSocketCloseTest, WhatFollowsACloseIsIgnored) {
  receive(client_close(1000) + client_frame(wire::fin | wire::text, "late") + "garbage");
  receive("more garbage");
  socket_->peer_ended();
  end_round();
  EXPECT_TRUE(front_.messages.empty());
  EXPECT_EQ(link_.sent, server_close(1000));
}

TEST_F(WebSocketCloseTest, MayNameTheCodesThatPeersMaySend) {
  for (const unsigned code : {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u,
                              1013u, 1014u, 3000u, 3999u, 4000u, 4999u}) {
    begin({});
    receive(client_close(code, "gr\xc3\xbc\xc3\x9f"));
    end_round();
    EXPECT_EQ(link_.sent, server_close(code)) << code;
  }
}

TEST_F(WebSocketCloseTest, WithAnIllegalPayloadFailsTheConnection) {
  struct Case {
    std::string payload;
    unsigned answer;
  };
  std::vector<Case> cases = {{"\x03", 1002},
                             {close_payload(1000, "\xff"), 1007},
                             {close_payload(1000, "cut \xe2\x82"), 1007}};
  for (const unsigned code :
       {0u, 1u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u}) {
    cases.push_back({close_payload(code), 1002});
  }
  for (const Case &each : cases) {
    begin({});
    front_.closed.clear();
    receive(client_frame(wire::fin | wire::close, each.payload));
    EXPECT_EQ(link_.sent.substr(2, 2), close_payload(each.answer));
    EXPECT_TRUE(link_.finished);
    socket_->lost();
    EXPECT_EQ(front_.closed, (std::vector<Closed>{{static_cast<int>(each.answer), ""}}));
  }
}

TEST_F(WebSocketCloseTest, OfTheHostWaitsForThePeers) {
  write({"last"});
  socket_->close(1001, "going");
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::text, "last") + server_close(1001, "going"));
  EXPECT_FALSE(link_.finished);
  receive(client_frame(wire::fin | wire::text, "ignored") + client_close(1001));
  EXPECT_TRUE(link_.finished);
  EXPECT_TRUE(front_.messages.empty());
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1001, ""}}));
}

TEST_F(WebSocketCloseTest, OfTheHostHasOneEffect) {
  socket_->close(1001, "going");
  socket_->close(1011, "again");
  receive(client_frame(wire::fin | wire::ping, "?"));
  EXPECT_EQ(write({"late"}), 0u);
  EXPECT_EQ(link_.sent, server_close(1001, "going"));
}

TEST_F(WebSocketCloseTest, OfTheHostReadsOnToSeeTheAnswer) {
  socket_->set_reading(false);
  socket_->close(1001, "");
  EXPECT_TRUE(link_.reading);
  socket_->set_reading(false);
  EXPECT_TRUE(link_.reading);
}

TEST_F(WebSocketCloseTest, OfTheHostGoesOutBehindWhatFillsTheLink) {
  link_.room = 0;
  socket_->close(1001, "");
  EXPECT_EQ(link_.sent, server_close(1001));
}

TEST_F(WebSocketCloseTest, ThatIsNotAnsweredInTimeIs1006) {
  socket_->close(1001, "");
  pass(settings_.times.close);
  EXPECT_TRUE(link_.dropped);
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1006, ""}}));
}

TEST_F(WebSocketCloseTest, ThatIsAnsweredWithRubbishIs1006) {
  socket_->close(1001, "");
  receive(server_frame(wire::fin | wire::text, "no mask"));
  EXPECT_TRUE(link_.finished);
  EXPECT_EQ(link_.sent, server_close(1001)) << "one Close is enough";
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1006, ""}}));
}

TEST_F(WebSocketCloseTest, WithALongReasonIsCutBetweenCharacters) {
  std::string reason(122, 'x');
  socket_->close(1000, reason + "\xe2\x82\xac");
  EXPECT_EQ(link_.sent, server_close(1000, reason));
}

TEST_F(WebSocketCloseTest, ThatNeverComesIs1006) {
  socket_->peer_ended();
  EXPECT_TRUE(link_.finished);
  EXPECT_EQ(link_.sent, "");
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1006, ""}}));
}

TEST_F(WebSocketCloseTest, OfALinkThatIsLostIs1006) {
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1006, ""}}));
  pass(std::chrono::hours(1));
  EXPECT_FALSE(link_.dropped) << "nothing is waited for any more";
}

TEST_F(WebSocketCloseTest, ForABrokenRuleNamesIt) {
  receive(server_frame(wire::fin | wire::text, "no mask"));
  EXPECT_EQ(link_.sent, server_close(1002, "frames of a client have to be masked"));
  EXPECT_TRUE(link_.finished);
  EXPECT_EQ(write({"late"}), 0u);
  receive("more");
  socket_->lost();
  EXPECT_EQ(front_.closed, (std::vector<Closed>{{1002, ""}}));
}

TEST_F(WebSocketCloseTest, ForABrokenRuleIsCountedAndSoIsAMissingAnswer) {
  SeenCounter errors;
  SeenCounter timeouts;
  counters_.websocket_errors = errors.counter();
  counters_.close_timeouts = timeouts.counter();
  receive("rubbish");
  EXPECT_EQ(errors.value(), 1u);
  begin({});
  socket_->close(1001, "");
  pass(settings_.times.close);
  EXPECT_EQ(timeouts.value(), 1u);
  EXPECT_EQ(errors.value(), 1u);
}

TEST_F(WebSocketCloseTest, IsNotBegunByDraining) {
  socket_->drain();
  EXPECT_EQ(link_.sent, "");
  EXPECT_FALSE(link_.finished);
}

}  // namespace
}  // namespace slipring::web::websocket_test
