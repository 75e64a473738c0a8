#include "event/cloud_event.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "event/testing.hpp"

namespace slipring::event {
namespace {

using boost::json::object;
using flatbuffers::FlatBufferBuilder;
using schema::EventBuilder;

object parse(std::string_view text) {
  return boost::json::parse(text).as_object();
}

EventRef take(std::span<const uint8_t> flatbuffer) {
  auto event = Event::take(flatbuffer, {});
  EXPECT_TRUE(event) << event.status().message();
  return event ? *event : EventRef();
}

EventRef published(std::string_view json) {
  const auto flatbuffer = from_cloud_event(parse(json));
  EXPECT_TRUE(flatbuffer) << flatbuffer.status().message();
  return flatbuffer ? take(*flatbuffer) : EventRef();
}

std::string refusal(std::string_view json) {
  const auto flatbuffer = from_cloud_event(parse(json));
  if (flatbuffer) return "accepted";
  EXPECT_EQ(flatbuffer.status().code(), SLIPRING_INVALID_ARGUMENT);
  return flatbuffer.status().message();
}

EventRef with_payload(std::string_view content_type, std::string_view payload) {
  return take(testing::build("a", [&](FlatBufferBuilder &b) {
    const auto type = b.CreateString(content_type.data(), content_type.size());
    const auto bytes =
        b.CreateVector(reinterpret_cast<const uint8_t *>(payload.data()), payload.size());
    return [=](EventBuilder &event) {
      event.add_content_type(type);
      event.add_payload(bytes);
    };
  }));
}

constexpr std::string_view everything = R"({
  "specversion": "1.0", "id": "17", "source": "/games/web", "type": "game.move",
  "subject": "game/42/move", "datacontenttype": "application/json", "dataschema": "urn:move",
  "partitionkey": "42", "correlationid": "c", "causationid": "b",
  "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "x=1",
  "time": "2026-11-21T09:30:00.000000005Z", "sliprposition": "default@5f3a9c1e00000001:1234",
  "sliprrecorded": "2026-11-21T09:30:00.000000009Z", "sliproperation": "response",
  "sliprstatus": "NOT_FOUND", "sliprentitytype": "game", "sliprentityid": "42",
  "sliprversion": "7", "sliprexpected": "0", "sliprguarantee": "at_least_once",
  "sliprpriority": 9, "sliprttlms": "60000", "sliprretain": true, "sliprdedup": "d",
  "colour": "white", "data": {"move": "e4", "clock": [1.5, 2, null]}
})";

TEST(CloudEvent, EverythingComesBackAsItWasRead) {
  const EventRef event = published(everything);
  ASSERT_TRUE(event);
  event->sequence(schema::RecordHeader(1, 0, 0x5f3a9c1e00000001, 1234, 1'795'253'400'000'000'009));
  EXPECT_EQ(to_cloud_event(*event, "default@5f3a9c1e00000001:1234"), parse(everything));
}

TEST(CloudEvent, EveryMemberGoesWhereTheHeaderSays) {
  const EventRef event = published(everything);
  ASSERT_TRUE(event);
  const schema::Event &root = event->root();
  EXPECT_EQ(root.topic()->str(), "game/42/move");
  EXPECT_EQ(root.id()->str(), "17");
  EXPECT_EQ(root.source()->str(), "/games/web");
  EXPECT_EQ(root.type()->str(), "game.move");
  EXPECT_EQ(root.partition_key()->str(), "42");
  EXPECT_EQ(root.correlation_id()->str(), "c");
  EXPECT_EQ(root.causation_id()->str(), "b");
  EXPECT_EQ(root.trace_state()->str(), "x=1");
  EXPECT_EQ(root.time_ns(), 1'795'253'400'000'000'005);
  EXPECT_EQ(root.operation(), schema::Operation::response);
  EXPECT_EQ(root.status(), SLIPRING_NOT_FOUND);
  EXPECT_EQ(root.entity()->type()->str(), "game");
  EXPECT_EQ(root.entity()->version(), 7u);
  EXPECT_TRUE(root.entity()->has_expected_version());
  EXPECT_EQ(root.delivery()->guarantee(), schema::Guarantee::at_least_once);
  EXPECT_EQ(event->priority(), 9);
  EXPECT_EQ(event->time_to_live_ms(), 60000u);
  EXPECT_TRUE(root.delivery()->retain());
  EXPECT_EQ(root.delivery()->deduplication_id()->str(), "d");
  EXPECT_EQ(root.origin(), nullptr);
  ASSERT_EQ(root.attributes()->size(), 1u);
  EXPECT_EQ(root.attributes()->Get(0)->key()->str(), "colour");
  EXPECT_EQ(std::string(root.payload()->begin(), root.payload()->end()),
            R"({"move":"e4","clock":[1.5E0,2,null]})");
}

TEST(CloudEvent, ATopicIsEnough) {
  const EventRef event = published(R"({"subject": "a"})");
  ASSERT_TRUE(event);
  event->sequence(schema::RecordHeader(0, 0, 0, 0, 5));
  const object json = to_cloud_event(*event, "");
  EXPECT_EQ(json.at("specversion"), "1.0");
  EXPECT_TRUE(std::string_view(json.at("id").as_string()).starts_with("5-"));
  EXPECT_EQ(json.at("source"), "urn:slipring");
  EXPECT_EQ(json.at("type"), "slipring.message");
  EXPECT_EQ(json.at("sliprrecorded"), "1970-01-01T00:00:00.000000005Z");
  EXPECT_FALSE(json.contains("data"));
  EXPECT_FALSE(json.contains("time"));
  EXPECT_FALSE(json.contains("datacontenttype"));
}

TEST(CloudEvent, AnEventWithoutIdGoesByItsPosition) {
  EXPECT_EQ(to_cloud_event(*testing::make({}), "default@0000000000000001:7").at("id"),
            "default@0000000000000001:7");
}

TEST(CloudEvent, ThePayloadIsShownByWhatItIs) {
  const struct {
    const char *type;
    std::string payload;
    const char *member;
    const char *shown;
  } cases[] = {
      {"application/json", R"({"a": [1, 2]})", "data", R"({"a":[1,2]})"},
      {"application/geo+json; charset=utf-8", "7", "data", "7"},
      {"Application/JSON ;charset=utf-8", "\"text\"", "data", R"("text")"},
      {"application/json", "{no json", "data_base64", R"("e25vIGpzb24=")"},
      {"application/json", "\"\xff\"", "data_base64", R"("Iv8i")"},
      {"text/plain", "caf\xc3\xa9", "data", "\"caf\xc3\xa9\""},
      {"text/plain", "\xff", "data_base64", R"("/w==")"},
      {"image/png", "abc", "data_base64", R"("YWJj")"},
      {"", "abc", "data_base64", R"("YWJj")"},
  };
  for (const auto &[type, payload, member, shown] : cases) {
    const EventRef event = with_payload(type, payload);
    ASSERT_TRUE(event);
    const object json = to_cloud_event(*event, "");
    ASSERT_TRUE(json.contains(member)) << type << ": " << boost::json::serialize(json);
    EXPECT_EQ(boost::json::serialize(json.at(member)), shown);
    EXPECT_EQ(json.at("datacontenttype"), *type == '\0' ? "application/octet-stream" : type);
    const EventRef again = published(boost::json::serialize(json));
    EXPECT_EQ(to_cloud_event(*again, "").at(member), json.at(member));
  }
}

TEST(CloudEvent, DataWithoutATypeIsJson) {
  const EventRef event = published(R"({"subject": "a", "data": "text"})");
  EXPECT_EQ(event->root().content_type()->str(), "application/json");
  EXPECT_EQ(event->root().payload()->size(), 6u);
  const EventRef text =
      published(R"({"subject": "a", "data": "text", "datacontenttype": "text/plain"})");
  EXPECT_EQ(text->root().payload()->size(), 4u);
}

TEST(CloudEvent, AttributesThatCloudEventsDoesNotAllowAreLeftOut) {
  const EventRef event = take(testing::build("a", [](FlatBufferBuilder &b) {
    const std::vector attributes = {schema::CreateAttributeDirect(b, "colour", "white"),
                                    schema::CreateAttributeDirect(b, "Colour", "x"),
                                    schema::CreateAttributeDirect(b, "", "x"),
                                    schema::CreateAttributeDirect(b, "time", "x"),
                                    schema::CreateAttributeDirect(b, "data", "x"),
                                    schema::CreateAttributeDirect(b, "sliprposition", "x"),
                                    schema::CreateAttributeDirect(b, "sliprother", "x")};
    const auto list = b.CreateVector(attributes);
    return [=](EventBuilder &event) { event.add_attributes(list); };
  }));
  const object json = to_cloud_event(*event, "");
  EXPECT_EQ(json.at("colour"), "white");
  EXPECT_EQ(json.size(), 6u) << boost::json::serialize(json);
}

TEST(CloudEvent, TheOriginIsTheHostsToSay) {
  const EventRef event = take(testing::build("a", [](FlatBufferBuilder &b) {
    const auto origin = schema::CreateOriginDirect(b, "websocket", 7, "tab", "ada");
    return [=](EventBuilder &event) { event.add_origin(origin); };
  }));
  const object json = to_cloud_event(*event, "");
  EXPECT_EQ(json.at("sliprprotocol"), "websocket");
  EXPECT_EQ(json.at("sliprsession"), "7");
  EXPECT_EQ(json.at("sliprclient"), "tab");
  EXPECT_EQ(json.at("sliprprincipal"), "ada");
  EXPECT_EQ(published(boost::json::serialize(json))->root().origin(), nullptr);
}

TEST(CloudEvent, WhatIsNoneIsRefusedInWords) {
  const struct {
    const char *json;
    const char *message;
  } cases[] = {
      {R"({})", R"(event: member "subject" is missing, it is the topic)"},
      {R"({"subject": 7})", R"(event: member "subject" is no string, accepted is a string)"},
      {R"({"subject": "a", "specversion": "0.3"})",
       R"(event: member "specversion" is not known, accepted is "1.0")"},
      {R"({"subject": "a", "time": "noon"})",
       R"(event: member "time" is no date and time, accepted is RFC 3339 as in 2026-11-21T09:30:00.5Z)"},
      {R"({"subject": "a", "sliproperation": "upsert"})",
       R"(event: member "sliproperation" is "upsert", accepted are message, create, update, delete, request, response)"},
      {R"({"subject": "a", "sliprguarantee": "exactly_once"})",
       R"(event: member "sliprguarantee" is "exactly_once", accepted are at_most_once, at_least_once)"},
      {R"({"subject": "a", "sliprpriority": 10})",
       R"(event: member "sliprpriority" is 10, accepted are 0 to 9)"},
      {R"({"subject": "a", "sliprttlms": -1})",
       R"(event: member "sliprttlms" is no number, accepted are 0 to 2^64 - 1)"},
      {R"({"subject": "a", "sliprttlms": "1s"})",
       R"(event: member "sliprttlms" is no number, accepted are 0 to 2^64 - 1)"},
      {R"({"subject": "a", "sliprttlms": ""})",
       R"(event: member "sliprttlms" is no number, accepted are 0 to 2^64 - 1)"},
      {R"({"subject": "a", "sliprretain": "yes"})",
       R"(event: member "sliprretain" is neither true nor false)"},
      {R"({"subject": "a", "sliprversion": 1})",
       R"(event: member "sliprentityid" is missing, other members speak of an entity)"},
      {R"({"subject": "a", "data": 1, "data_base64": "AA=="})",
       R"(event: member "data" and data_base64 exclude each other)"},
      {R"({"subject": "a", "data_base64": "AA"})",
       R"(event: member "data_base64" is not base64 with padding)"},
      {R"({"subject": "a", "data": {}, "datacontenttype": "text/plain"})",
       R"(event: member "data" is no string, accepted is a string where datacontenttype is not JSON)"},
      {R"({"subject": "a", "sliprstate": "x"})",
       R"(event: member "sliprstate" is not known; accepted are those of CloudEvents 1.0, and extensions whose names are of a-z and 0-9 and do not begin with slipr)"},
      {R"({"subject": "a", "partition_key": "x"})",
       R"(event: member "partition_key" is not known; accepted are those of CloudEvents 1.0, and extensions whose names are of a-z and 0-9 and do not begin with slipr)"},
      {R"({"subject": "a", "colour": {}})",
       R"(event: member "colour" is no string, integer, true or false)"},
      {R"({"subject": "a", "colour": 1.5})",
       R"(event: member "colour" is no string, integer, true or false)"},
  };
  for (const auto &[json, message] : cases) EXPECT_EQ(refusal(json), message) << json;
}

TEST(CloudEvent, NullIsAsGoodAsAbsent) {
  EXPECT_EQ(refusal(R"({"subject": "a", "time": null, "data": null, "colour": null})"), "accepted");
  EXPECT_EQ(refusal(R"({"subject": null})"),
            R"(event: member "subject" is missing, it is the topic)");
}

TEST(CloudEvent, ExtensionsOfAnySimpleTypeAreAttributes) {
  const EventRef event = published(R"({"subject": "a", "sampled": true, "rate": -3})");
  ASSERT_EQ(event->root().attributes()->size(), 2u);
  EXPECT_EQ(event->root().attributes()->Get(0)->value()->str(), "true");
  EXPECT_EQ(event->root().attributes()->Get(1)->value()->str(), "-3");
}

TEST(CloudEvent, WhatItsFormCannotSayIsFoundWhenItEnters) {
  const auto flatbuffer = from_cloud_event(parse(R"({"subject": "a/+"})"));
  ASSERT_TRUE(flatbuffer);
  EXPECT_EQ(Event::take(*flatbuffer, {}).status().code(), SLIPRING_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace slipring::event
