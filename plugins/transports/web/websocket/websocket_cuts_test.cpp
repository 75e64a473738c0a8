// Whatever a client sends, right or wrong: what comes of it does not depend on how the network cuts
// it. Random streams of frames, some of them damaged, are received whole and in pieces.
#include <gtest/gtest.h>

#include <random>

#include "outcome.hpp"

namespace slipring::web::websocket_test {
namespace {

class Client {
 public:
  Client(unsigned seed, bool compresses) : random_(seed), compresses_(compresses) {}

  std::string stream() {
    std::string bytes;
    for (unsigned i = 0, count = 1 + below(8); i < count; ++i) bytes += message();
    if (below(2) == 0) bytes += client_frame(wire::fin | wire::close, close_reason());
    if (below(2) == 0) bytes[below(static_cast<unsigned>(bytes.size()))] ^= 1 << below(8);
    return bytes;
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  std::string text() {
    static const std::vector<std::string> words = {
        "a", "word ", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "and on and on "};
    std::string made;
    for (unsigned i = 0, count = below(60); i < count; ++i) {
      made += words[below(static_cast<unsigned>(words.size()))];
    }
    return made;
  }

  std::string close_reason() {
    if (below(4) == 0) return "";
    return close_payload(995 + below(30), "because \xc3\xa9");
  }

  std::string message() {
    std::string payload = text();
    bool compressed = false;
    if (compresses_ && below(2) == 0) {
      std::string frame(cache_.frame(Opcode::text, payload, 15));
      compressed = !frame.empty();
      if (compressed) payload = frame.substr(frame[1] == 126 ? 4 : 2);
    }
    std::string frames;
    unsigned opcode = wire::text | (compressed ? wire::rsv1 : 0);
    while (below(3) == 0) {
      const std::size_t size = below(static_cast<unsigned>(payload.size()) + 1);
      frames += client_frame(opcode, payload.substr(0, size));
      if (below(2) == 0) frames += client_frame(wire::fin | wire::ping, text().substr(0, 125));
      payload.erase(0, size);
      opcode = wire::continuation;
    }
    return frames + client_frame(wire::fin | opcode, payload);
  }

  std::mt19937 random_;
  const bool compresses_;
  MemoryBudget budget_{1 << 20};
  DeflateCache cache_{budget_, 0};
};

void check_cuts(const Deflation &deflation) {
  const unsigned first = std::random_device()() % 1'000'000;
  for (unsigned seed = first; seed < first + 300; ++seed) {
    const std::string bytes = Client(seed, deflation.enabled).stream();
    const std::size_t limit = seed % 5 == 0 ? 100 : 1 << 20;
    const Outcome whole = outcome_of(bytes, bytes.size(), deflation, limit);
    ASSERT_EQ(whole.closed.size(), 1u) << "seed " << seed;
    for (const std::size_t piece : {1, 2, 3, 7, 64, 200}) {
      const Outcome pieces = outcome_of(bytes, piece, deflation, limit);
      ASSERT_EQ(pieces.sent, whole.sent) << "seed " << seed << ", in pieces of " << piece;
      ASSERT_TRUE(pieces == whole) << "seed " << seed << ", in pieces of " << piece;
    }
  }
}

TEST(WebSocketCuts, DoNotMatter) {
  check_cuts({});
}

TEST(WebSocketCuts, DoNotMatterWithCompression) {
  check_cuts({.enabled = true});
}

TEST(WebSocketCuts, DoNotMatterWithAContext) {
  check_cuts({.enabled = true, .client_takes_over = true});
}

TEST(WebSocketCuts, AtEveryByteOfOneStreamDoNotMatter) {
  const std::string bytes = client_frame(wire::text, "gr\xc3") +
                            client_frame(wire::fin | wire::ping, "ping") +
                            client_frame(wire::fin | wire::continuation, "\xbc\xc3\x9f") +
                            client_frame(wire::fin | wire::binary, std::string(200, '\xff')) +
                            client_frame(wire::fin | wire::close, close_payload(1000, "bye"));
  const Outcome whole = outcome_of(bytes, bytes.size(), {}, 1000);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    Stage stage({}, 1000);
    stage.receive(std::string_view(bytes).substr(0, cut));
    stage.receive(std::string_view(bytes).substr(cut));
    stage.end_round();
    EXPECT_EQ(stage.front.messages, whole.messages) << cut;
    EXPECT_EQ(stage.link.sent, whole.sent) << cut;
  }
}

}  // namespace
}  // namespace slipring::web::websocket_test
