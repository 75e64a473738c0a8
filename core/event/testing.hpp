// Events for tests, in one line.
#pragma once

#include <slipring/schema/event_generated.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "event/event.hpp"

namespace slipring::event::testing {

// A finished FlatBuffer with that topic. `prepare(builder)` makes what the event refers to and
// returns a function that adds it:
//
//   build("a", [](auto &b) {
//     const auto id = b.CreateString("1");
//     return [=](schema::EventBuilder &event) { event.add_id(id); };
//   });
template <class Prepare>
std::vector<uint8_t> build(std::string_view topic, Prepare prepare) {
  flatbuffers::FlatBufferBuilder builder;
  const auto topic_text = builder.CreateString(topic.data(), topic.size());
  const auto add = prepare(builder);
  schema::EventBuilder event(builder);
  event.add_topic(topic_text);
  add(event);
  schema::FinishEventBuffer(builder, event.Finish());
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

struct Made {
  std::string_view topic = "a";
  std::string_view payload = {};
  std::string_view partition_key = {};
  uint8_t priority = default_priority;
  uint64_t time_to_live_ms = 0;
  bool retain = false;
  std::string_view deduplication_id = {};
};

// Legal or not.
inline std::vector<uint8_t> flatbuffer_of(const Made &made) {
  return build(made.topic, [&](flatbuffers::FlatBufferBuilder &b) {
    const auto key = b.CreateString(made.partition_key.data(), made.partition_key.size());
    const auto payload =
        b.CreateVector(reinterpret_cast<const uint8_t *>(made.payload.data()), made.payload.size());
    const auto deduplication =
        b.CreateString(made.deduplication_id.data(), made.deduplication_id.size());
    const auto delivery = schema::CreateDelivery(b, schema::Guarantee::at_most_once, made.priority,
                                                 made.time_to_live_ms, made.retain, deduplication);
    return [=](schema::EventBuilder &event) {
      event.add_partition_key(key);
      event.add_payload(payload);
      event.add_delivery(delivery);
    };
  });
}

// Taken as one that was published. Throws when it is refused.
inline EventRef make(const Made &made) {
  auto event = Event::take(flatbuffer_of(made), Limits{});
  if (!event) throw std::invalid_argument(event.status().message());
  return std::move(*event);
}

}  // namespace slipring::event::testing
