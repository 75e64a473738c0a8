#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/event.hpp>
#include <slipring/cpp/event_builder.hpp>
#include <string>

namespace slipring::sdk {
namespace {

slipring_event_view view_of(slipring_bytes event) {
  slipring_event_view raw{};
  raw.struct_size = sizeof raw;
  raw.event = event;
  const auto *topic = schema::GetEvent(event.data)->topic();
  raw.topic = {topic->Data(), topic->size()};
  raw.recorded_ns = 99;
  return raw;
}

bool is_event(slipring_bytes event) {
  flatbuffers::Verifier verifier(event.data, event.size);
  return schema::VerifyEventBuffer(verifier);
}

TEST(EventBuilder, WritesWhatEventViewReads) {
  EventBuilder builder;
  const slipring_bytes event = builder.topic("game/42/move")
                                   .id("e1")
                                   .type("game.move")
                                   .source("/board")
                                   .key("42")
                                   .time_ns(1234)
                                   .payload("{}", "application/json")
                                   .finish();
  ASSERT_TRUE(is_event(event));
  const slipring_event_view raw = view_of(event);
  const EventView read(raw);
  EXPECT_EQ(read.topic(), "game/42/move");
  EXPECT_EQ(read.id(), "e1");
  EXPECT_EQ(read.type(), "game.move");
  EXPECT_EQ(read.source(), "/board");
  EXPECT_EQ(read.key(), "42");
  EXPECT_EQ(read.time_ns(), 1234);
  EXPECT_EQ(read.payload(), "{}");
  EXPECT_EQ(read.content_type(), "application/json");
  EXPECT_EQ(read.event().delivery(), nullptr);
}

TEST(EventBuilder, WritesHowAnEventIsToBeDeliveredAndItsAttributes) {
  EventBuilder builder;
  const slipring_bytes event = builder.topic("t")
                                   .guarantee(schema::Guarantee::at_least_once)
                                   .priority(9)
                                   .time_to_live_ms(500)
                                   .retain()
                                   .deduplicate("d1")
                                   .attribute("b", "1")
                                   .attribute("a", "")
                                   .finish();
  ASSERT_TRUE(is_event(event));
  const schema::Event &read = *schema::GetEvent(event.data);
  ASSERT_NE(read.delivery(), nullptr);
  EXPECT_EQ(read.delivery()->guarantee(), schema::Guarantee::at_least_once);
  EXPECT_EQ(read.delivery()->priority(), 9);
  EXPECT_EQ(read.delivery()->time_to_live_ms(), 500u);
  EXPECT_TRUE(read.delivery()->retain());
  EXPECT_EQ(read.delivery()->deduplication_id()->str(), "d1");
  ASSERT_EQ(read.attributes()->size(), 2u);
  EXPECT_EQ(read.attributes()->Get(0)->key()->str(), "b");
  EXPECT_EQ(read.attributes()->Get(1)->value()->str(), "");
}

TEST(EventBuilder, WritesAResponse) {
  EventBuilder builder;
  const slipring_bytes event = builder.topic("t")
                                   .operation(schema::Operation::response)
                                   .status(SLIPRING_NOT_FOUND)
                                   .correlation("c")
                                   .causation("q")
                                   .trace("00-ab-cd-01", "x=y")
                                   .schema_id("urn:s")
                                   .finish();
  ASSERT_TRUE(is_event(event));
  const schema::Event &read = *schema::GetEvent(event.data);
  EXPECT_EQ(read.operation(), schema::Operation::response);
  EXPECT_EQ(read.status(), SLIPRING_NOT_FOUND);
  EXPECT_EQ(read.correlation_id()->str(), "c");
  EXPECT_EQ(read.causation_id()->str(), "q");
  EXPECT_EQ(read.trace_parent()->str(), "00-ab-cd-01");
  EXPECT_EQ(read.trace_state()->str(), "x=y");
  EXPECT_EQ(read.schema_id()->str(), "urn:s");
}

TEST(EventBuilder, ForgetsEverythingWhenAnEventIsFinished) {
  EventBuilder builder;
  builder.topic("first").type("t").priority(0).attribute("k", "v").payload("p", "text/plain");
  (void)builder.finish();
  const slipring_bytes event = builder.topic("second").finish();
  const slipring_event_view raw = view_of(event);
  const EventView read(raw);
  EXPECT_EQ(read.topic(), "second");
  EXPECT_EQ(read.type(), "");
  EXPECT_FALSE(read.has_payload());
  EXPECT_EQ(read.event().attributes(), nullptr);
  EXPECT_EQ(read.event().delivery(), nullptr);
  EXPECT_EQ(read.time_ns(), 99) << "not said, so when the host took it";
}

TEST(EventBuilder, TellsAnEmptyPayloadFromNone) {
  EventBuilder builder;
  const slipring_event_view raw = view_of(builder.topic("t").payload("", "text/plain").finish());
  EXPECT_TRUE(EventView(raw).has_payload());
  EXPECT_EQ(EventView(raw).payload(), "");
}

TEST(EventBuilder, UsesItsBufferAgain) {
  EventBuilder builder;
  const uint8_t *first = builder.topic("t").payload("1234", "text/plain").finish().data;
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(builder.topic("t").payload("1234", "text/plain").finish().data, first);
}

TEST(EventBuilder, GivesBackTheRoomOfALargeEvent) {
  EventBuilder builder;
  const std::string large(1 << 20, 'x');
  for (const std::string_view payload : {std::string_view(large), std::string_view("small")}) {
    const slipring_bytes event = builder.topic("t").payload(payload, "text/plain").finish();
    ASSERT_TRUE(is_event(event));
    EXPECT_EQ(view({schema::GetEvent(event.data)->payload()->data(), payload.size()}), payload);
  }
}

}  // namespace
}  // namespace slipring::sdk
