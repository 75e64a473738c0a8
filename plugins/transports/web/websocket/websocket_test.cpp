#include "websocket.hpp"

#include <random>

#include "websocket_fixture.hpp"

namespace slipring::web::websocket_test {
namespace {

TEST_F(WebSocketTest, MessagesReachTheHostInPartsAsTheyCome) {
  const std::string frame = client_frame(wire::fin | wire::text, "hello");
  receive(frame.substr(0, 8));
  EXPECT_EQ(front_.parts, std::vector<std::string>{"he"});
  receive(frame.substr(8));
  EXPECT_EQ(front_.messages, (std::vector<Message>{{SLIPRING_MESSAGE_TEXT, "hello"}}));
  receive(client_frame(wire::fin | wire::binary, "\xff"));
  EXPECT_EQ(front_.messages.back(), (Message{SLIPRING_MESSAGE_BINARY, "\xff"}));
}

TEST_F(WebSocketTest, FragmentsAreOneMessage) {
  receive(client_frame(wire::text, "a") + client_frame(wire::fin | wire::ping, "p") +
          client_frame(wire::continuation, "") + client_frame(wire::fin | wire::continuation, "b"));
  EXPECT_EQ(front_.messages, (std::vector<Message>{{SLIPRING_MESSAGE_TEXT, "ab"}}));
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::pong, "p"));
}

TEST_F(WebSocketTest, AnEmptyMessageIsAMessage) {
  receive(client_frame(wire::fin | wire::text, ""));
  EXPECT_EQ(front_.messages, (std::vector<Message>{{SLIPRING_MESSAGE_TEXT, ""}}));
}

TEST_F(WebSocketTest, FramesOfTheHostGoOutAsTheyAre) {
  const HostFrame in_pieces({"one", "", "two"});
  EXPECT_EQ(socket_->write(std::span(&in_pieces.frame, 1)), 1u);
  EXPECT_EQ(write({"a", "b"}), 2u);
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::text, "onetwo") +
                            server_frame(wire::fin | wire::text, "a") +
                            server_frame(wire::fin | wire::text, "b"));
}

TEST_F(WebSocketTest, WritingStopsAtAFullLinkAndGoesOnWhenThereIsRoom) {
  link_.room = 5;
  EXPECT_EQ(write({"abc", "def", "ghi"}), 1u);
  EXPECT_EQ(write({"def", "ghi"}), 0u);
  EXPECT_EQ(front_.writable, 0);
  link_.room = SIZE_MAX;
  socket_->writable();
  EXPECT_EQ(front_.writable, 1);
  EXPECT_EQ(write({"def", "ghi"}), 2u);
  socket_->writable();
  EXPECT_EQ(front_.writable, 1) << "nobody waits";
}

TEST_F(WebSocketTest, APingIsAnsweredWithItsPayload) {
  receive(client_frame(wire::fin | wire::ping, "") + client_frame(wire::fin | wire::ping, "abc"));
  EXPECT_EQ(link_.sent,
            server_frame(wire::fin | wire::pong, "") + server_frame(wire::fin | wire::pong, "abc"));
}

TEST_F(WebSocketTest, OfPingsThatMeetAFullLinkTheLatestIsAnswered) {
  link_.room = 0;
  receive(client_frame(wire::fin | wire::ping, "1") + client_frame(wire::fin | wire::ping, "2"));
  EXPECT_EQ(link_.sent, "");
  link_.room = SIZE_MAX;
  socket_->writable();
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::pong, "2"));
  socket_->writable();
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::pong, "2"));
}

TEST_F(WebSocketTest, APongNobodyAskedForIsIgnored) {
  receive(client_frame(wire::fin | wire::pong, "\xff"));
  EXPECT_EQ(link_.sent, "");
}

TEST_F(WebSocketTest, WhatWasReadIsHandedOnAlsoWhenTheHostStopsReading) {
  front_.on_receive = [this] { socket_->set_reading(false); };
  receive(client_frame(wire::fin | wire::text, "a") + client_frame(wire::fin | wire::text, "b"));
  EXPECT_FALSE(link_.reading);
  EXPECT_EQ(front_.messages.size(), 2u);
  socket_->set_reading(true);
  EXPECT_TRUE(link_.reading);
}

TEST_F(WebSocketTest, AHostThatStopsReadingWhileItOpensStopsTheLinkWithTheFirstBytes) {
  socket_ = std::make_unique<WebSocket>(context_, link_, Deflation{});
  socket_->set_reading(false);
  socket_->opened(8);
  EXPECT_TRUE(link_.reading) << "the link is not to be touched yet";
  receive(client_frame(wire::fin | wire::text, "a"));
  EXPECT_FALSE(link_.reading);
  EXPECT_EQ(front_.messages.size(), 1u);
}

TEST_F(WebSocketTest, TextHasToBeUtf8FromTheFirstByteOn) {
  const std::string frame = client_frame(wire::text, "ab\xf4\x90");
  receive(frame.substr(0, frame.size() - 1));
  EXPECT_FALSE(link_.finished);
  receive(frame.substr(frame.size() - 1));
  EXPECT_TRUE(link_.finished) << "in the middle of a message";
  EXPECT_EQ(link_.sent,
            server_frame(wire::fin | wire::close, close_payload(1007, "text is not UTF-8")));
}

TEST_F(WebSocketTest, ACharacterMayBeCutByFragmentsButNotByTheEnd) {
  receive(client_frame(wire::text, "\xe2\x82") +
          client_frame(wire::fin | wire::continuation, "\xac"));
  EXPECT_EQ(front_.messages.back().text, "\xe2\x82\xac");
  receive(client_frame(wire::text, "\xe2\x82") + client_frame(wire::fin | wire::continuation, ""));
  EXPECT_TRUE(link_.finished);
}

TEST_F(WebSocketTest, AMessageOverTheLimitIs1009) {
  settings_.websocket.message = 10;
  receive(client_frame(wire::fin | wire::binary, std::string(10, 'x')));
  EXPECT_EQ(front_.messages.size(), 1u);
  receive(client_frame(wire::binary, std::string(6, 'x')) +
          client_frame(wire::fin | wire::continuation, std::string(5, 'x')));
  EXPECT_EQ(link_.sent,
            server_frame(wire::fin | wire::close, close_payload(1009, "the message is too long")));
  EXPECT_EQ(front_.messages.size(), 1u);
}

class CompressedWebSocketTest : public WebSocketTest {
 protected:
  CompressedWebSocketTest() { agree({.enabled = true}); }

  void agree(Deflation deflation) {
    ASSERT_TRUE(compression_.grant(deflation));
    begin(deflation);
  }

  // What a client sends for a message, in frames of that many bytes.
  static std::string sent(const std::string &message, std::size_t fragment = SIZE_MAX) {
    MemoryBudget budget(1 << 20);
    DeflateCache cache(budget, 0);
    std::string payload(cache.frame(Opcode::text, message, 15));
    payload.erase(0, payload[1] == 126 ? 4 : payload[1] == 127 ? 10 : 2);
    return in_frames(payload, fragment);
  }

  static std::string in_frames(const std::string &payload, std::size_t fragment = SIZE_MAX) {
    std::string frames;
    for (std::size_t at = 0; at < payload.size(); at += std::min(fragment, payload.size() - at)) {
      const bool last = payload.size() - at <= fragment;
      frames += client_frame(
          (at == 0 ? wire::rsv1 | wire::text : wire::continuation) | (last ? wire::fin : 0),
          payload.substr(at, fragment));
    }
    return frames;
  }
};

TEST_F(CompressedWebSocketTest, InflatesWhatComesInOneFrameOrMany) {
  std::string text;
  while (text.size() < 300'000) text += "all work and no play " + std::to_string(text.size());
  for (const std::size_t fragment : {std::size_t{1000}, SIZE_MAX}) {
    receive(sent(text, fragment));
    ASSERT_EQ(front_.messages.size(), 1u);
    EXPECT_EQ(front_.messages[0].text, text);
    front_.messages.clear();
  }
}

TEST_F(CompressedWebSocketTest, TakesMessagesThatAreNotCompressed) {
  receive(client_frame(wire::fin | wire::text, "plain"));
  EXPECT_EQ(front_.messages.back().text, "plain");
}

TEST_F(CompressedWebSocketTest, KeepsNothingBetweenMessagesWithoutAContext) {
  receive(in_frames(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)));
  EXPECT_EQ(front_.messages.back().text, "Hello");
  receive(in_frames(std::string("\xf2\x00\x11\x00\x00", 5)));
  EXPECT_TRUE(link_.finished) << "refers to a message before";
}

TEST_F(CompressedWebSocketTest, KeepsTheContextOfAClientThatTakesItOver) {
  agree({.enabled = true, .client_takes_over = true});
  receive(in_frames(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)));
  receive(client_frame(wire::fin | wire::text, "plain"));
  receive(in_frames(std::string("\xf2\x00\x11\x00\x00", 5)));
  EXPECT_EQ(front_.messages.back().text, "Hello");
}

TEST_F(CompressedWebSocketTest, GivesBackTheMemoryOfItsContext) {
  agree({.enabled = true, .client_takes_over = true});
  EXPECT_EQ(compression_.memory_used(), Inflater::memory(15));
  receive(in_frames(std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)));
  EXPECT_EQ(compression_.memory_used(), Inflater::memory(15));
  socket_.reset();
  EXPECT_EQ(compression_.memory_used(), 0u);
}

TEST_F(CompressedWebSocketTest, StopsInflatingABombAtTheLimit) {
  settings_.websocket.message = 100'000;
  receive(sent(std::string(100'000, 'x')));
  EXPECT_EQ(front_.messages.size(), 1u);
  front_.parts.clear();
  receive(sent(std::string(8'000'000, 'x')));
  EXPECT_EQ(link_.sent,
            server_frame(wire::fin | wire::close, close_payload(1009, "the message is too long")));
  std::size_t handed_on = 0;
  for (const std::string &part : front_.parts) handed_on += part.size();
  EXPECT_LE(handed_on, 100'000u);
}

TEST_F(CompressedWebSocketTest, BrokenOrCutOffDataIs1007) {
  for (const std::string &payload : {std::string("\xff\xff\xff"), std::string("\xf2\x48\xcd")}) {
    begin({.enabled = true});
    receive(in_frames(payload));
    EXPECT_EQ(link_.sent.substr(2, 2), close_payload(1007));
    EXPECT_TRUE(link_.finished);
  }
}

TEST_F(CompressedWebSocketTest, TextIsCheckedAfterInflating) {
  receive(sent(std::string(100, 'a') + "\xff\xff"));
  EXPECT_EQ(link_.sent.substr(2, 2), close_payload(1007));
}

TEST_F(CompressedWebSocketTest, MessagesAreSentCompressedWhenThatIsShorter) {
  const std::string text(500, 'x');
  std::mt19937 random(3);
  std::string noise(500, '\0');
  for (char &c : noise) c = static_cast<char>(random());
  write({text});
  EXPECT_EQ(link_.sent, compression_.cache().frame(Opcode::text, text, 15));
  EXPECT_LT(link_.sent.size(), 50u);
  link_.sent.clear();
  write({noise, "short"});
  EXPECT_EQ(link_.sent, server_frame(wire::fin | wire::text, noise) +
                            server_frame(wire::fin | wire::text, "short"));
}

TEST_F(CompressedWebSocketTest, WhatIsSentToManyIsCompressedOnce) {
  const std::string text(500, 'x');
  FakeLink other_link;
  WebSocket other(context_, other_link, {.enabled = true});
  other.opened(8);
  const HostFrame in_pieces({text.substr(0, 100), text.substr(100)});
  write({text});
  other.write(std::span(&in_pieces.frame, 1));
  EXPECT_EQ(other_link.sent, link_.sent);
  EXPECT_EQ(compression_.cache().compressed(), 1u);
}

TEST_F(CompressedWebSocketTest, MessagesThatFindNoMemoryAre1013) {
  settings_.websocket.deflate_memory = Inflater::memory(15) / 2;
  Compression tight(settings_.websocket);
  Context context{front_, deadlines_, counters_, settings_, &tight};
  WebSocket socket(context, link_, {.enabled = true});
  socket.opened(8);
  std::string bytes = sent(std::string(100, 'x'));
  socket.receive(bytes);
  EXPECT_EQ(link_.sent.substr(2, 2), close_payload(1013));
}

}  // namespace
}  // namespace slipring::web::websocket_test
