// WebSockets over HTTP/2 (RFC 8441): a stream as a link.
#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

using std::chrono::seconds;

Fields connect_fields() {
  return with(
      request_fields("CONNECT", "/ws"),
      {{":protocol", "websocket"}, {"sec-websocket-version", "13"}, {"host", "example.org"}});
}

class TunnelTest : public Http2Test {
 protected:
  TunnelTest() { connect(); }

  void open(std::uint32_t id = 1) {
    receive(headers(id, connect_fields_in_order(), END_HEADERS));
    sent();
  }
  static Fields connect_fields_in_order() {
    Fields fields = connect_fields();
    std::stable_partition(fields.begin(), fields.end(),
                          [](const auto &field) { return field.first.starts_with(':'); });
    return fields;
  }
  static EchoTunnel &tunnel() { return *EchoTunnel::last; }
};

TEST_F(TunnelTest, IsOpenedWithAllFields) {
  sent();
  receive(headers(1, connect_fields_in_order(), END_HEADERS));
  EXPECT_EQ(EchoTunnel::handshake, "; sec-websocket-version: 13; host: example.org");
  const auto frames = sent();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].type, NGHTTP2_HEADERS);
  EXPECT_EQ(frames[0].flags, END_HEADERS) << "not ended";
}

TEST_F(TunnelTest, ThatIsRefusedIsAnswered) {
  EchoTunnel::refuse = true;
  sent();
  receive(headers(1, connect_fields_in_order(), END_HEADERS));
  EXPECT_EQ(body_sent(1), "not here\n");
  EXPECT_EQ(EchoTunnel::last, nullptr);
}

TEST_F(TunnelTest, CarriesBytesBothWays) {
  open();
  receive(data(1, "hello"));
  EXPECT_EQ(tunnel().received, "hello");
  EXPECT_EQ(body_sent(1), "hello");
  EXPECT_TRUE(tunnel().link.send(" you"));
  EXPECT_EQ(body_sent(1), "hello you");
  EXPECT_EQ(tunnel().link.peer(), "192.0.2.1:4711");
}

TEST_F(TunnelTest, IsFullWhenTheWindowIs) {
  open();
  EXPECT_TRUE(tunnel().link.send(std::string(65'535, 'x')));
  EXPECT_TRUE(tunnel().link.send("a little waits"));
  EXPECT_FALSE(tunnel().link.send(std::string(20'000, 'y')));
  EXPECT_TRUE(tunnel().link.full());
  receive(window_update(0, 1 << 20) + window_update(1, 10));
  EXPECT_EQ(tunnel().writables, 0);
  receive(window_update(1, 1 << 20));
  EXPECT_EQ(tunnel().writables, 1);
  EXPECT_FALSE(tunnel().link.full());
  EXPECT_EQ(body_sent(1).size(), 65'535u + 14 + 20'000);
}

TEST_F(TunnelTest, ThatIsNotReadKeepsItsWindowShutAndItsBytes) {
  open();
  tunnel().link.set_reading(false);
  for (int i = 0; i < 4; ++i) receive(data(1, std::string(16'384, 'x')));
  EXPECT_EQ(tunnel().received, "");
  for (const Frame &each : sent(NGHTTP2_WINDOW_UPDATE)) EXPECT_EQ(each.id, 0);
  tunnel().link.set_reading(true);
  EXPECT_EQ(tunnel().received, "") << "not from inside the call";
  round();
  EXPECT_EQ(tunnel().received.size(), 65'536u);
  EXPECT_FALSE(sent(NGHTTP2_WINDOW_UPDATE).empty());
}

TEST_F(TunnelTest, TheClientsEndIsToldBehindItsBytes) {
  open();
  tunnel().link.set_reading(false);
  receive(data(1, "bye", END_STREAM));
  EXPECT_FALSE(tunnel().ended);
  tunnel().link.set_reading(true);
  round();
  EXPECT_EQ(tunnel().received, "bye");
  EXPECT_TRUE(tunnel().ended);
  EXPECT_EQ(EchoTunnel::losses, 0);
}

TEST_F(TunnelTest, IsFinishedByEndStreamOnBothSides) {
  open();
  tunnel().link.send("bye");
  tunnel().link.finish();
  const auto frames = sent();
  EXPECT_EQ(frames.back().flags, END_STREAM);
  receive(data(1, "thrown away"));
  EXPECT_EQ(tunnel().received, "");
  receive(data(1, "", END_STREAM));
  EXPECT_EQ(EchoTunnel::losses, 1);
  EXPECT_EQ(EchoTunnel::last, nullptr) << "destroyed";
}

TEST_F(TunnelTest, IsFinishedBehindWhatWaits) {
  open();
  tunnel().link.send(std::string(70'000, 'x'));
  tunnel().link.finish();
  EXPECT_EQ(body_sent(1).size(), 65'535u);
  receive(window_update(0, 10'000) + window_update(1, 10'000));
  round();
  EXPECT_EQ(body_sent(1).size(), 70'000u);
  EXPECT_EQ(sent().back().flags, END_STREAM);
}

TEST_F(TunnelTest, WhoseEndTheClientDoesNotAnswerIsReset) {
  open();
  tunnel().link.finish();
  sent();
  pass(seconds(3));
  round();
  EXPECT_EQ(refusal(), "RST_STREAM CANCEL");
  EXPECT_EQ(EchoTunnel::losses, 1);
}

TEST_F(TunnelTest, IsDroppedByReset) {
  open();
  tunnel().link.drop();
  EXPECT_EQ(refusal(), "RST_STREAM CANCEL");
  EXPECT_EQ(EchoTunnel::losses, 0) << "not from inside the call";
  round();
  EXPECT_EQ(EchoTunnel::losses, 1);
}

TEST_F(TunnelTest, IsLostWithItsStreamOrItsConnection) {
  open(1);
  receive(reset(1));
  EXPECT_EQ(EchoTunnel::losses, 1);
  open(3);
  http2->lost();
  EXPECT_EQ(EchoTunnel::losses, 2);
}

TEST_F(TunnelTest, CarriesNothingButData) {
  open();
  receive(headers(1, {{"a", "b"}}));
  EXPECT_EQ(refusal(), "RST_STREAM PROTOCOL_ERROR");
  EXPECT_EQ(EchoTunnel::losses, 1);
}

TEST_F(TunnelTest, DoesNotBecomeSomethingElse) {
  open();
  tunnel().link.become(nullptr, {});
  EXPECT_EQ(refusal(), "RST_STREAM CANCEL");
}

TEST_F(TunnelTest, HasNoDeadlineOfItsOwn) {
  open();
  for (int i = 0; i < 30; ++i) {
    pass(seconds(5));
    receive(frame(NGHTTP2_PING, ACK, 0, "12345678"));
  }
  EXPECT_EQ(EchoTunnel::losses, 0);
}

TEST_F(TunnelTest, IsDrainedWithTheConnection) {
  open();
  http2->drain();
  EXPECT_TRUE(tunnel().drained);
  EXPECT_EQ(EchoTunnel::losses, 0);
}

}  // namespace
}  // namespace slipring::web::testing
