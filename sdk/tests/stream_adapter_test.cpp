// Adapters on topics that are kept: expectations, what was there already, starts, cursors.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/testing/fake_events.hpp>

namespace slipring::sdk::testing {
namespace {

using ::testing::ElementsAre;

constexpr slipring_session kSession = 7;

// "topic" and "stream" publish the second event of a topic and of a stream, "any" and "quiet" any;
// "read" subscribes.
struct Ledger {
  struct Shard {
    EventBuilder events;
    Status render(uint64_t, const EventView &event, RenderWriter &to) {
      Status written = to.write(event.topic());
      if (written.ok()) written = to.write(" <");
      if (written.ok()) written = to.hole(SLIPRING_HOLE_CURSOR);
      return written.ok() ? to.write(">") : written;
    }
  };

  explicit Ledger(Shard &used) : shard(used) {}

  Status on_message(Session session, const Message &message) {
    if (message.bytes == "read")
      return session.subscribe({.id = 3, .start = {.kind = SLIPRING_START_EARLIEST}}, {});
    const slipring_bytes event = shard.events.topic("t").deduplicate("d").retain().finish();
    if (message.bytes == "topic") return session.publish({event, Expectation::of_topic(1)}, {});
    if (message.bytes == "stream") return session.publish({event, Expectation::of_stream(1)}, {});
    if (message.bytes == "quiet") return session.publish({event, Expectation::of_topic(0)});
    return session.publish(event, {});
  }

  Status on_published(Session session, const Published &published) {
    if (!published.ok()) return session.send_text(published.text);
    return session.send_text(published.duplicate ? "again" : "new");
  }

  Status on_subscribed(Session session, const Subscribed &made) {
    if (!made.ok()) return session.send_text(made.text);
    std::string text = made.is_live() ? "live" : made.recovers() ? "recovers" : "";
    if (made.recovered) text += " " + std::to_string(*made.recovered);
    if (made.has_gap())
      text += std::string(made.gap_from).append(" to ").append(made.gap_to) + ": " +
              std::string(made.reason);
    return session.send_text(text + ", " + std::string(made.cursor));
  }

  Shard &shard;
};

class StreamAdapterTest : public ::testing::Test {
 protected:
  FakeEventHost host;
  EventAdapterUnderTest adapter{host, &MessageAdapter<Ledger, Ledger::Shard>::factory};
  void *state = nullptr;

  void SetUp() override { ASSERT_EQ(adapter.open(kSession, &state), SLIPRING_OK); }
  void TearDown() override { adapter.close(kSession, state); }

  const Publish &publish(std::string_view how) {
    EXPECT_EQ(adapter.receive(kSession, state, how), SLIPRING_OK);
    return host.publishes.back();
  }
  std::string subscribed(const slipring_origin &origin) {
    EXPECT_EQ(adapter.receive(kSession, state, "read"), SLIPRING_OK);
    EXPECT_EQ(adapter.subscribed(state, host.subscribes.back(), origin), SLIPRING_OK);
    return host.sent.back().text;
  }
};

TEST_F(StreamAdapterTest, ExpectsASequenceOfTheTopicOrOfTheStream) {
  EXPECT_EQ(publish("topic").expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(host.publishes.back().expect_sequence, 1u);
  EXPECT_EQ(publish("stream").expect, SLIPRING_EXPECT_OF_STREAM);
  EXPECT_EQ(host.publishes.back().expect_sequence, 1u);
}

TEST_F(StreamAdapterTest, ExpectsNothingUnlessItSaysSo) {
  EXPECT_EQ(publish("any").expect, SLIPRING_EXPECT_NOTHING);
}

TEST_F(StreamAdapterTest, ExpectsWithoutAskingHowItCameOut) {
  EXPECT_EQ(publish("quiet").expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(host.publishes.back().expect_sequence, 0u);
  EXPECT_EQ(host.publishes.back().token, 0u);
}

TEST_F(StreamAdapterTest, HearsThatAnExpectationDoesNotHold) {
  EXPECT_EQ(adapter.publish_failed(state, publish("topic"), SLIPRING_FAILED_PRECONDITION,
                                   "found sequence 4"),
            SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "found sequence 4");
}

TEST_F(StreamAdapterTest, HearsThatItsEventWasThereAlready) {
  const Publish &made = publish("any");
  EXPECT_EQ(adapter.published(state, made, {.epoch = 1, .sequence = 5}), SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "new");
  EXPECT_EQ(adapter.deduplicated(state, made, {.epoch = 1, .sequence = 5}), SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "again");
}

TEST_F(StreamAdapterTest, HearsWhereReadingReallyBegins) {
  EXPECT_EQ(subscribed(from_live("c")), "live, c");
  EXPECT_EQ(subscribed(from_recovered(17, "c")), "recovers 17, c");
  EXPECT_EQ(subscribed(from_gap("s@1:1", "s@1:4", "retention", "c")),
            "s@1:1 to s@1:4: retention, c");
}

TEST_F(StreamAdapterTest, DoesNotTakeWhatIsNotKnownForANumber) {
  EXPECT_EQ(subscribed(from_recovered(SLIPRING_RECOVERED_UNKNOWN, "c")), "recovers, c");
}

TEST_F(StreamAdapterTest, HearsWhyAStartCannotBeHad) {
  EXPECT_EQ(adapter.receive(kSession, state, "read"), SLIPRING_OK);
  EXPECT_EQ(adapter.subscribe_failed(state, host.subscribes.back(), SLIPRING_OUT_OF_RANGE,
                                     "a cursor of the future"),
            SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "a cursor of the future");
}

TEST_F(StreamAdapterTest, LeavesRoomForTheCursorOfEachSession) {
  const Rendering made = adapter.render(1, publish("any").flatbuffer);
  EXPECT_EQ(made.text, "t <>");
  EXPECT_THAT(made.holes, ElementsAre(Hole{3, SLIPRING_HOLE_CURSOR, 0}));
  EXPECT_EQ(made.with_cursor("c"), "t <c>");
}

}  // namespace
}  // namespace slipring::sdk::testing
