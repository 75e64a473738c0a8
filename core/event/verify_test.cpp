#include "event/verify.hpp"

#include <gtest/gtest.h>

#include <string>

#include "event/testing.hpp"

namespace slipring::event {
namespace {

using namespace std::string_view_literals;
using flatbuffers::FlatBufferBuilder;
using schema::EventBuilder;
using testing::build;

std::string refusal(const std::vector<uint8_t> &flatbuffer, const Limits &limits = {}) {
  const Status status = verify(flatbuffer, limits);
  if (status.is_ok()) return "accepted";
  EXPECT_EQ(status.code(), SLIPRING_INVALID_ARGUMENT);
  return status.message();
}

std::vector<uint8_t> bare(std::string_view topic) {
  return build(topic, [](FlatBufferBuilder &) { return [](EventBuilder &) {}; });
}

using AddText = void (EventBuilder::*)(flatbuffers::Offset<flatbuffers::String>);

std::vector<uint8_t> with_text(AddText add, std::string_view text) {
  return build("a", [&](FlatBufferBuilder &b) {
    const auto offset = b.CreateString(text.data(), text.size());
    return [=](EventBuilder &event) { (event.*add)(offset); };
  });
}

template <class Add>
std::vector<uint8_t> with(Add add) {
  return build("a", [&](FlatBufferBuilder &) { return add; });
}

std::vector<uint8_t> with_delivery(schema::Guarantee guarantee, uint8_t priority,
                                   const char *deduplication_id = nullptr) {
  return build("a", [&](FlatBufferBuilder &b) {
    const auto delivery =
        schema::CreateDeliveryDirect(b, guarantee, priority, 0, false, deduplication_id);
    return [=](EventBuilder &event) { event.add_delivery(delivery); };
  });
}

// All attributes are the same table.
std::vector<uint8_t> with_attributes(size_t count, std::string_view key, std::string_view value) {
  return build("a", [&](FlatBufferBuilder &b) {
    const auto attribute = schema::CreateAttribute(b, b.CreateString(key.data(), key.size()),
                                                   b.CreateString(value.data(), value.size()));
    const auto list = b.CreateVector(std::vector(count, attribute));
    return [=](EventBuilder &event) { event.add_attributes(list); };
  });
}

TEST(Verify, TakesTheSmallestEventAndOneWithEverything) {
  EXPECT_EQ(refusal(bare("/")), "accepted");
  const auto full = build("game/42/move", [](FlatBufferBuilder &b) {
    const auto text = b.CreateString("\xc3\xa9t\xc3\xa9");
    const auto attributes = b.CreateVector(std::vector{schema::CreateAttribute(b, text, text)});
    const auto entity = schema::CreateEntityRef(b, text, text, 3, 2, true);
    const auto delivery =
        schema::CreateDelivery(b, schema::Guarantee::at_least_once, 9, 60000, true, text);
    const auto origin = schema::CreateOrigin(b, text, 7, text, text);
    const auto http = schema::CreateHttp(b, attributes);
    const auto payload = b.CreateVector(std::vector<uint8_t>{0xff, 0});
    return [=](EventBuilder &event) {
      event.add_id(text);
      event.add_type(text);
      event.add_source(text);
      event.add_partition_key(text);
      event.add_time_ns(-1);
      event.add_correlation_id(text);
      event.add_causation_id(text);
      event.add_trace_parent(text);
      event.add_trace_state(text);
      event.add_operation(schema::Operation::response);
      event.add_status(16);
      event.add_entity(entity);
      event.add_delivery(delivery);
      event.add_origin(origin);
      event.add_content_type(text);
      event.add_schema_id(text);
      event.add_payload(payload);
      event.add_attributes(attributes);
      event.add_particular_type(schema::Particular::Http);
      event.add_particular(http.Union());
    };
  });
  EXPECT_EQ(refusal(full), "accepted");
}

TEST(Verify, SizesAboveTheLimitAreNamed) {
  const auto event = bare(std::string(100, 'x'));
  EXPECT_EQ(refusal(event, {.event = event.size()}), "accepted");
  EXPECT_EQ(refusal(event, {.event = event.size() - 1}),
            "event: has " + std::to_string(event.size()) + " bytes, accepted are up to " +
                std::to_string(event.size() - 1));
}

TEST(Verify, WhatIsNoEventIsTold) {
  EXPECT_EQ(refusal({}), "event: is no FlatBuffer with the identifier SLEV");
  EXPECT_EQ(refusal({1, 2, 3}), "event: is no FlatBuffer with the identifier SLEV");
  auto other = bare("a");
  other[4] = 'X';
  EXPECT_EQ(refusal(other), "event: is no FlatBuffer with the identifier SLEV");
}

TEST(Verify, AnEventThatLacksItsTopicIsRefused) {
  FlatBufferBuilder b;
  const auto start = b.StartTable();
  b.Finish(flatbuffers::Offset<schema::Event>(b.EndTable(start)), schema::EventIdentifier());
  EXPECT_EQ(refusal({b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()}),
            "event: its FlatBuffer is damaged, or lacks a required field such as the topic");
}

TEST(Verify, DamageIsRefusedOrHarmless) {
  const auto event = with_attributes(2, "key", "value");
  for (size_t size = 0; size + 8 < event.size(); ++size) {
    EXPECT_NE(refusal({event.begin(), event.begin() + static_cast<ptrdiff_t>(size)}), "accepted");
  }
  for (size_t at = 0; at < event.size(); ++at) {
    for (const uint8_t value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto damaged = event;
      damaged[at] = value;
      (void)verify(damaged, {});  // the sanitizers look on
    }
  }
}

TEST(Verify, TheTopicIsHeldToMqtt) {
  EXPECT_EQ(refusal(bare("")), "topic: is empty, accepted are 1 to 65535 bytes");
  EXPECT_EQ(refusal(bare("a/#")),
            "topic: found # at byte 2, wildcards are accepted in filters only");
  EXPECT_EQ(refusal(bare(std::string(65535, 'x'))), "accepted");
  EXPECT_EQ(refusal(bare(std::string(65536, 'x'))),
            "topic: has 65536 bytes, accepted are 1 to 65535");
  EXPECT_EQ(verify(bare("$SYS/load"), {}).code(), SLIPRING_PERMISSION_DENIED);
}

TEST(Verify, EveryTextIsUtf8WithoutNull) {
  const struct {
    const char *field;
    AddText add;
  } fields[] = {
      {"id", &EventBuilder::add_id},
      {"type", &EventBuilder::add_type},
      {"source", &EventBuilder::add_source},
      {"partition_key", &EventBuilder::add_partition_key},
      {"correlation_id", &EventBuilder::add_correlation_id},
      {"causation_id", &EventBuilder::add_causation_id},
      {"trace_parent", &EventBuilder::add_trace_parent},
      {"trace_state", &EventBuilder::add_trace_state},
      {"content_type", &EventBuilder::add_content_type},
      {"schema_id", &EventBuilder::add_schema_id},
  };
  for (const auto &[field, add] : fields) {
    EXPECT_EQ(refusal(with_text(add, "")), "accepted");
    EXPECT_EQ(refusal(with_text(add, "\xed\xa0\x80"sv)),
              std::string("event: ") + field + " is not UTF-8, accepted is UTF-8 without U+0000");
    EXPECT_EQ(
        refusal(with_text(add, "a\0b"sv)),
        std::string("event: ") + field + " has U+0000 in it, accepted is UTF-8 without U+0000");
  }
  EXPECT_EQ(refusal(with_attributes(1, "\xff", "value")),
            "event: attributes is not UTF-8, accepted is UTF-8 without U+0000");
  EXPECT_EQ(refusal(with_attributes(1, "key", "\xff")),
            "event: attributes is not UTF-8, accepted is UTF-8 without U+0000");
}

TEST(Verify, NamesHaveAtMost1024Bytes) {
  const struct {
    const char *field;
    AddText add;
  } fields[] = {
      {"id", &EventBuilder::add_id},
      {"type", &EventBuilder::add_type},
      {"source", &EventBuilder::add_source},
      {"partition_key", &EventBuilder::add_partition_key},
      {"correlation_id", &EventBuilder::add_correlation_id},
      {"causation_id", &EventBuilder::add_causation_id},
  };
  for (const auto &[field, add] : fields) {
    EXPECT_EQ(refusal(with_text(add, std::string(1024, 'x'))), "accepted");
    EXPECT_EQ(refusal(with_text(add, std::string(1025, 'x'))),
              std::string("event: ") + field + " has 1025 bytes, accepted are up to 1024");
  }
  const std::string long_id(1025, 'x');
  EXPECT_EQ(refusal(with_delivery(schema::Guarantee::at_most_once, 4, long_id.c_str())),
            "event: delivery.deduplication_id has 1025 bytes, accepted are up to 1024");
}

TEST(Verify, NumbersAreInTheirRange) {
  EXPECT_EQ(refusal(with([](EventBuilder &event) { event.add_status(17); })),
            "event: status is 17, accepted are 0 to 16");
  EXPECT_EQ(refusal(with([](EventBuilder &event) {
              event.add_operation(static_cast<schema::Operation>(6));
            })),
            "event: operation is 6, accepted are 0 to 5");
  EXPECT_EQ(refusal(with([](EventBuilder &event) {
              event.add_particular_type(static_cast<schema::Particular>(3));
            })),
            "event: particular is 3, accepted are 0 to 2");
  EXPECT_EQ(refusal(with_delivery(schema::Guarantee::at_most_once, 9)), "accepted");
  EXPECT_EQ(refusal(with_delivery(schema::Guarantee::at_most_once, 10)),
            "event: delivery.priority is 10, accepted are 0 to 9");
  EXPECT_EQ(refusal(with_delivery(static_cast<schema::Guarantee>(2), 4)),
            "event: delivery.guarantee is 2, accepted are 0 to 1");
}

TEST(Verify, WhatOnlyOneProtocolHasIsCheckedToo) {
  EXPECT_EQ(refusal(build("a",
                          [](FlatBufferBuilder &b) {
                            const auto mqtt = schema::CreateMqttDirect(b, "answers/\xff");
                            return [=](EventBuilder &event) {
                              event.add_particular_type(schema::Particular::Mqtt);
                              event.add_particular(mqtt.Union());
                            };
                          })),
            "event: mqtt.response_topic is not UTF-8, accepted is UTF-8 without U+0000");
  EXPECT_EQ(refusal(build("a",
                          [](FlatBufferBuilder &b) {
                            const std::vector headers = {
                                schema::CreateAttributeDirect(b, "host", "\xff")};
                            const auto http = schema::CreateHttpDirect(b, &headers);
                            return [=](EventBuilder &event) {
                              event.add_particular_type(schema::Particular::Http);
                              event.add_particular(http.Union());
                            };
                          })),
            "event: http.headers is not UTF-8, accepted is UTF-8 without U+0000");
}

TEST(Verify, ThereIsALimitToAttributes) {
  EXPECT_EQ(refusal(with_attributes(max_tables - 1, "k", "v")), "accepted");
  EXPECT_EQ(refusal(with_attributes(max_tables, "k", "v")),
            "event: has too many attributes or headers, accepted are 1023 tables");
}

// Otherwise a megabyte could ask for a gigabyte of work, here and in every rendering.
TEST(Verify, WhatIsReferredToManyTimesCountsManyTimes) {
  const std::string value(2000, 'v');
  EXPECT_EQ(refusal(with_attributes(400, "k", value)), "accepted");
  EXPECT_EQ(refusal(with_attributes(600, "k", value)),
            "event: its texts and payload refer to the same bytes again and again, and amount to "
            "more than the size limit of 1048576");
}

}  // namespace
}  // namespace slipring::event
