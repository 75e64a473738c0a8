// Adapters that publish, subscribe and render, through their tables.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/testing/fake_events.hpp>

namespace slipring::sdk::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr slipring_session kSession = 7;
enum : uint32_t { kSaid = 1, kHeard = 2 };

// "filter" after '<' subscribes, anything else is published to "said".
struct Chat {
  struct Shard {
    EventBuilder events;
    Status render(uint64_t format, const EventView &event, RenderWriter &to) {
      if (format != 5) return {SLIPRING_UNIMPLEMENTED, "format 5 is the only one"};
      Status written = to.write(event.topic());
      return written.ok() ? to.write(event.payload()) : written;
    }
  };

  explicit Chat(Shard &used) : shard(used) {}

  Status on_message(Session session, const Message &message) {
    if (message.bytes.starts_with('<')) {
      const slipring_bytes filter = bytes(message.bytes.substr(1));
      return session.subscribe({.id = 3,
                                .filters = {&filter, 1},
                                .start = {.kind = SLIPRING_START_LAST, .number = 10},
                                .drop = Drop::oldest,
                                .format = 5,
                                .skip_own = true},
                               {kHeard, "tag"});
    }
    if (message.bytes == "stop") return session.unsubscribe(3);
    if (message.bytes == "quiet") return session.publish(shard.events.topic("said").finish());
    if (message.bytes == "room") return session.wait_room(100, {9, "r"});
    return session.publish(shard.events.topic("said").payload(message.bytes, "text/plain").finish(),
                           {kSaid, message.bytes});
  }

  Status on_published(Session session, const Published &published) {
    if (!published.ok()) return session.send_text(published.text);
    std::string answer = std::string(published.tag.bytes) + " at ";
    Status printed = session.print(published.positions[0], answer);
    return printed.ok() ? session.send_text(answer) : printed;
  }
  Status on_subscribed(Session session, const Subscribed &subscribed) {
    std::string answer = std::string(subscribed.cursor) + ", ";
    Status found = session.cursor(subscribed.id, answer);
    return found.ok() ? session.send_text(answer) : found;
  }
  Status on_room(Session, const Completion &) { return Status::pending(); }
  Status render_gap(Session, const Gap &gap, RenderWriter &to) {
    return to.write(std::to_string(gap.count) + " of " + std::to_string(gap.subscription));
  }
  void on_farewell(Session session, const Ending &ending, const Comeback &comeback) {
    (void)session.send_text(std::to_string(ending.code) + " " + std::to_string(comeback.after_ms));
  }

  Shard &shard;
};
using ChatAdapter = MessageAdapter<Chat, Chat::Shard>;

class EventAdapterTest : public ::testing::Test {
 protected:
  FakeEventHost host;
  EventAdapterUnderTest adapter{host, &ChatAdapter::factory};
  void *state = nullptr;

  void SetUp() override { ASSERT_EQ(adapter.open(kSession, &state), SLIPRING_OK); }
  void TearDown() override { adapter.close(kSession, state); }
  std::string last() const { return host.sent.empty() ? "" : host.sent.back().text; }
};

TEST_F(EventAdapterTest, PublishesAndHearsWhere) {
  EXPECT_EQ(adapter.receive(kSession, state, "hello"), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 5u);
  ASSERT_EQ(host.publishes.size(), 1u);
  EXPECT_EQ(host.publishes[0].session, kSession);
  EXPECT_EQ(host.publishes[0].tag_kind, kSaid);
  EXPECT_EQ(host.publishes[0].event().topic()->str(), "said");
  EXPECT_THAT(host.sent, IsEmpty());

  EXPECT_EQ(adapter.published(state, host.publishes[0], {.epoch = 1, .sequence = 8}), SLIPRING_OK);
  EXPECT_EQ(last(), "hello at test@1:8");
}

TEST_F(EventAdapterTest, HearsThatAPublishFailedAndWhy) {
  EXPECT_EQ(adapter.receive(kSession, state, "hello"), SLIPRING_OK);
  EXPECT_EQ(adapter.publish_failed(state, host.publishes.at(0), SLIPRING_UNAVAILABLE, "disk full"),
            SLIPRING_OK);
  EXPECT_EQ(last(), "disk full");
}

TEST_F(EventAdapterTest, PublishesWithoutAskingHowItCameOut) {
  EXPECT_EQ(adapter.receive(kSession, state, "quiet"), SLIPRING_OK);
  EXPECT_EQ(host.publishes.at(0).token, 0u);
}

TEST_F(EventAdapterTest, PassesOnThatThereIsNoRoom) {
  host.publish_answer = SLIPRING_PENDING;
  EXPECT_EQ(adapter.receive(kSession, state, "hello"), SLIPRING_PENDING);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_THAT(host.lines, IsEmpty());
}

TEST_F(EventAdapterTest, GetsTheHostsWordsForARefusal) {
  host.publish_answer = SLIPRING_PERMISSION_DENIED;
  host.why = "not here";
  EXPECT_EQ(adapter.receive(kSession, state, "hello"), SLIPRING_PERMISSION_DENIED);
  EXPECT_THAT(host.lines, ElementsAre("not here"));
}

TEST_F(EventAdapterTest, SubscribesWithEverythingItAsksFor) {
  EXPECT_EQ(adapter.receive(kSession, state, "<a/+"), SLIPRING_OK);
  ASSERT_EQ(host.subscribes.size(), 1u);
  const Subscribe &made = host.subscribes[0];
  EXPECT_EQ(made.id, 3u);
  EXPECT_THAT(made.filters, ElementsAre("a/+"));
  EXPECT_EQ(made.start, static_cast<uint32_t>(SLIPRING_START_LAST));
  EXPECT_EQ(made.start_number, 10u);
  EXPECT_EQ(made.mode, static_cast<uint32_t>(SLIPRING_DELIVER_SHARED));
  EXPECT_EQ(made.drop, static_cast<uint32_t>(SLIPRING_DROP_OLDEST));
  EXPECT_EQ(made.format, 5u);
  EXPECT_TRUE(made.skip_own);

  host.cursor = "now";
  EXPECT_EQ(adapter.subscribed(state, made, "then"), SLIPRING_OK);
  EXPECT_EQ(last(), "then, now");
  EXPECT_EQ(adapter.receive(kSession, state, "stop"), SLIPRING_OK);
  EXPECT_THAT(host.unsubscribed, ElementsAre(3u));
}

TEST_F(EventAdapterTest, WaitsForRoomAndMayWaitOn) {
  EXPECT_EQ(adapter.receive(kSession, state, "room"), SLIPRING_OK);
  EXPECT_EQ(
      adapter.complete(state, host.room_waits.at(0), SLIPRING_DONE_ROOM, SLIPRING_OK, nullptr, {}),
      SLIPRING_PENDING);
}

TEST_F(EventAdapterTest, RendersAnEventAndAGap) {
  EXPECT_EQ(adapter.receive(kSession, state, "hello"), SLIPRING_OK);
  const Rendering event = adapter.render(5, host.publishes.at(0).flatbuffer);
  EXPECT_EQ(event.text, "saidhello");
  EXPECT_EQ(event.kind, SLIPRING_MESSAGE_TEXT);
  EXPECT_EQ(adapter.render(6, host.publishes.at(0).flatbuffer).status, SLIPRING_UNIMPLEMENTED);

  slipring_gap gap{};
  gap.struct_size = sizeof gap;
  gap.subscription = 3;
  gap.count = 2;
  EXPECT_EQ(adapter.render_gap(kSession, state, gap).text, "2 of 3");
}

TEST_F(EventAdapterTest, SaysFarewell) {
  adapter.farewell(kSession, state, SLIPRING_END_HOST, SLIPRING_CLOSE_RESTART, 250);
  EXPECT_EQ(last(), "1012 250");
}

TEST_F(EventAdapterTest, AnswersForTheHooksItHas) {
  for (const char *id : {SLIPRING_COMPLETION, SLIPRING_RENDER, SLIPRING_ENDING})
    EXPECT_NE(adapter.extension<void>(id), nullptr) << id;
  EXPECT_EQ(adapter.extension<void>(SLIPRING_DELIVER), nullptr);
  EXPECT_EQ(adapter.extension<slipring_completion_adapter>(SLIPRING_COMPLETION)->export_tag,
            nullptr);
  EXPECT_EQ(adapter.extension<slipring_render_adapter>(SLIPRING_RENDER)->export_format, nullptr);
}

TEST(EventAdapter, OnAHostWithoutEventsIsToldSo) {
  FakeHost host;
  AdapterUnderTest adapter(host, &ChatAdapter::factory);
  void *state = nullptr;
  ASSERT_EQ(adapter.open(kSession, &state), SLIPRING_OK);
  EXPECT_EQ(adapter.receive(kSession, state, "hello"), SLIPRING_UNIMPLEMENTED);
  EXPECT_EQ(adapter.receive(kSession, state, "<a"), SLIPRING_UNIMPLEMENTED);
  EXPECT_THAT(host.lines, ElementsAre("the host lacks slipring.events/1",
                                      "the host lacks slipring.subscribe/1"));
  adapter.close(kSession, state);
}

struct Silent {
  void on_message(Session, const Message &) {}
};

struct Terse {
  void on_message(Session, const Message &) {}
  void on_published(Session session, const Published &) { (void)session.send_text("done"); }
  void render(uint64_t, const EventView &event, RenderWriter &to) { (void)to.write(event.topic()); }
};

TEST(EventAdapter, MayHaveHooksThatReturnNothing) {
  FakeEventHost host;
  EventAdapterUnderTest adapter(host, &StatelessMessageAdapter<Terse>::factory);
  EXPECT_EQ(adapter.published(nullptr, Publish{}, {}), SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "done");
  EventBuilder builder;
  EXPECT_EQ(adapter.render(1, view(builder.topic("t").finish())).text, "t");
}

TEST(EventAdapter, WithoutHooksAnswersForNone) {
  FakeEventHost host;
  EventAdapterUnderTest adapter(host, &StatelessMessageAdapter<Silent>::factory);
  for (const char *id : {SLIPRING_COMPLETION, SLIPRING_RENDER, SLIPRING_DELIVER, SLIPRING_ENDING})
    EXPECT_EQ(adapter.extension<void>(id), nullptr) << id;
}

// Acknowledges each event when the client says a number; one object for everyone.
struct Acknowledging {
  Status on_open(Session session, const Handshake &) { return session.deliveries().window(2); }
  Status on_message(Session session, const Message &message) {
    return session.deliveries().settle(std::stoull(std::string(message.bytes)), Outcome::done);
  }
  Status deliver(Session session, const Delivery &delivery) {
    return session.send_text(std::to_string(delivery.id) + std::string(delivery.event.payload()));
  }
  void on_gap(Session session, const Gap &gap) { (void)session.send_text(gap.reason); }
  Status export_tag(const Tag &tag, uint32_t schema, Writer &to) {
    return to.write(std::to_string(schema) + std::string(tag.bytes));
  }
  Status on_published(Session, const Published &) { throw Error(SLIPRING_ABORTED, "on purpose"); }
  Status render(uint64_t, const EventView &, RenderWriter &to) {
    to.kind(MessageKind::binary);
    const std::span<uint8_t> room = to.reserve(2);
    room[0] = room[1] = 'r';
    return to.hole(SLIPRING_HOLE_GIVEN, 2);
  }
  Status export_format(uint64_t format, uint32_t, uint64_t &exported) {
    exported = format + 1;
    return {};
  }
};

class AcknowledgingTest : public ::testing::Test {
 protected:
  FakeEventHost host;
  EventAdapterUnderTest adapter{host, &StatelessMessageAdapter<Acknowledging>::factory};
  EventBuilder builder;
  std::string event{view(builder.topic("t").payload("x", "text/plain").finish())};
};

TEST_F(AcknowledgingTest, DeliversEventByEvent) {
  void *state = nullptr;
  ASSERT_EQ(adapter.open(kSession, &state), SLIPRING_OK);
  EXPECT_EQ(host.window, 2u);
  EXPECT_EQ(adapter.deliver(kSession, nullptr, 4, event, 1), SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "4x");
  EXPECT_EQ(adapter.receive(kSession, nullptr, "4"), SLIPRING_OK);
  EXPECT_THAT(host.settled, ElementsAre(Settled{4, SLIPRING_SETTLE_DONE}));

  slipring_gap gap{};
  gap.struct_size = sizeof gap;
  gap.reason = bytes("slow reader");
  adapter.extension<slipring_deliver_adapter>(SLIPRING_DELIVER)
      ->gap(adapter.instance(), kSession, nullptr, &gap);
  EXPECT_EQ(host.sent.back().text, "slow reader");
}

TEST_F(AcknowledgingTest, RewritesTagsAndFormatsForAnotherSchema) {
  StringWriter out;
  const slipring_tag tag{bytes("tag"), 1, 2};
  EXPECT_EQ(adapter.extension<slipring_completion_adapter>(SLIPRING_COMPLETION)
                ->export_tag(adapter.instance(), &tag, 1, &out.writer),
            SLIPRING_OK);
  EXPECT_EQ(out.text, "1tag");
  uint64_t format = 0;
  EXPECT_EQ(adapter.extension<slipring_render_adapter>(SLIPRING_RENDER)
                ->export_format(adapter.instance(), 5, 1, &format),
            SLIPRING_OK);
  EXPECT_EQ(format, 6u);
}

TEST_F(AcknowledgingTest, WritesIntoTheRenderingItself) {
  const Rendering made = adapter.render(1, event);
  EXPECT_EQ(made.status, SLIPRING_OK);
  EXPECT_EQ(made.text, "rr");
  EXPECT_THAT(made.holes, ElementsAre(Hole{2, SLIPRING_HOLE_GIVEN, 2}));
  EXPECT_EQ(made.kind, SLIPRING_MESSAGE_BINARY);
}

TEST_F(AcknowledgingTest, AnnouncesNoGapItHasNoHookFor) {
  EXPECT_EQ(adapter.render_gap(kSession, nullptr, {}).text, "");
}

TEST_F(AcknowledgingTest, LetsNoExceptionOutOfACompletion) {
  EXPECT_EQ(adapter.published(nullptr, Publish{}, {}), SLIPRING_ABORTED);
  EXPECT_THAT(host.lines, ElementsAre("on purpose"));
}

}  // namespace
}  // namespace slipring::sdk::testing
