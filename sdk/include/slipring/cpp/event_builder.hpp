// Makes events to publish. Keep one per shard: its buffer is used again, so that a small event
// costs about 150 ns and no allocation.
//
//   session.publish(builder.topic("game/42/move").type("game.move").payload(text, json).finish());
//
// Setters keep views of what they are given until `finish`, which forgets them all. Nothing is
// checked here: the host verifies what it is given, and says what is wrong with it.
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_EVENT_BUILDER_HPP
#define SLIPRING_CPP_EVENT_BUILDER_HPP

#include <slipring/abi.h>
#include <slipring/schema/event_generated.h>

#include <optional>
#include <slipring/cpp/bytes.hpp>
#include <utility>
#include <vector>

namespace slipring::sdk {

// What an event is about. Views.
struct Entity {
  std::string_view type, id;
  uint64_t version = 0;                      // after the event; 0: not versioned
  std::optional<uint64_t> expected_version;  // before it
};

class EventBuilder {
 public:
  EventBuilder &topic(std::string_view value) noexcept { return set(fields_.topic, value); }
  EventBuilder &id(std::string_view value) noexcept { return set(fields_.id, value); }
  EventBuilder &type(std::string_view value) noexcept { return set(fields_.type, value); }
  EventBuilder &source(std::string_view value) noexcept { return set(fields_.source, value); }
  EventBuilder &key(std::string_view value) noexcept { return set(fields_.key, value); }
  // Unix time at which it happened; 0: not said.
  EventBuilder &time_ns(int64_t value) noexcept { return set(fields_.time_ns, value); }

  // An empty payload is one; without this call there is none.
  EventBuilder &payload(std::string_view bytes, std::string_view content_type) noexcept {
    fields_.has_payload = true;
    return set(fields_.payload, bytes).set(fields_.content_type, content_type);
  }
  EventBuilder &schema_id(std::string_view value) noexcept { return set(fields_.schema_id, value); }

  EventBuilder &correlation(std::string_view value) noexcept {
    return set(fields_.correlation, value);
  }
  EventBuilder &causation(std::string_view value) noexcept { return set(fields_.causation, value); }
  EventBuilder &trace(std::string_view parent, std::string_view state = {}) noexcept {
    return set(fields_.trace_parent, parent).set(fields_.trace_state, state);
  }

  EventBuilder &operation(schema::Operation value) noexcept {
    return set(fields_.operation, value);
  }
  // Of a response: one of the 17 codes.
  EventBuilder &status(uint8_t code) noexcept { return set(fields_.status, code); }

  EventBuilder &guarantee(schema::Guarantee value) noexcept {
    return set(fields_.guarantee, value);
  }
  EventBuilder &priority(uint8_t value) noexcept { return set(fields_.priority, value); }
  EventBuilder &time_to_live_ms(uint64_t value) noexcept {
    return set(fields_.time_to_live_ms, value);
  }
  EventBuilder &retain(bool value = true) noexcept { return set(fields_.retain, value); }
  EventBuilder &deduplicate(std::string_view id) noexcept { return set(fields_.deduplication, id); }

  EventBuilder &entity(const Entity &value) noexcept {
    fields_.has_entity = true;
    return set(fields_.entity, value);
  }

  // A CloudEvents extension, an MQTT user property. Any number, in this order.
  EventBuilder &attribute(std::string_view key, std::string_view value) {
    attributes_.emplace_back(key, value);
    return *this;
  }

  // The finished event, valid until the next call of `finish`. The builder is empty again.
  // REQUIRES: nothing but what was set; 2 GB are the format's limit.
  slipring_bytes finish() {
    // One large event must not leave its room behind for ever.
    if (buffer_.GetSize() > kept_) buffer_ = flatbuffers::FlatBufferBuilder();
    buffer_.Clear();
    schema::FinishEventBuffer(buffer_, write());
    fields_ = {};
    attributes_.clear();
    return {buffer_.GetBufferPointer(), buffer_.GetSize()};
  }

 private:
  using Text = flatbuffers::Offset<flatbuffers::String>;
  static constexpr size_t kept_ = 65536;

  struct Fields {
    std::string_view topic, id, type, source, key, payload, content_type, schema_id;
    std::string_view correlation, causation, trace_parent, trace_state, deduplication;
    Entity entity;
    int64_t time_ns = 0;
    uint64_t time_to_live_ms = 0;
    schema::Operation operation = schema::Operation::message;
    schema::Guarantee guarantee = schema::Guarantee::at_most_once;
    uint8_t status = 0;
    uint8_t priority = 4;
    bool retain = false;
    bool has_payload = false;
    bool has_entity = false;
  };

  template <class Type>
  EventBuilder &set(Type &field, Type value) noexcept {
    field = value;
    return *this;
  }

  Text text(std::string_view value) {
    return value.empty() ? Text() : buffer_.CreateString(value.data(), value.size());
  }

  flatbuffers::Offset<schema::Delivery> write_delivery() {
    const bool all_default = fields_.guarantee == schema::Guarantee::at_most_once &&
                             fields_.priority == 4 && fields_.time_to_live_ms == 0 &&
                             !fields_.retain && fields_.deduplication.empty();
    if (all_default) return {};
    return schema::CreateDelivery(buffer_, fields_.guarantee, fields_.priority,
                                  fields_.time_to_live_ms, fields_.retain,
                                  text(fields_.deduplication));
  }

  flatbuffers::Offset<schema::EntityRef> write_entity() {
    if (!fields_.has_entity) return {};
    const Entity &entity = fields_.entity;
    const Text type = text(entity.type);
    const Text id = buffer_.CreateString(entity.id.data(), entity.id.size());
    return schema::CreateEntityRef(buffer_, type, id, entity.version,
                                   entity.expected_version.value_or(0),
                                   entity.expected_version.has_value());
  }

  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<schema::Attribute>>>
  write_attributes() {
    if (attributes_.empty()) return {};
    std::vector<flatbuffers::Offset<schema::Attribute>> written;
    written.reserve(attributes_.size());
    for (const auto &[key, value] : attributes_) {
      const Text key_text = buffer_.CreateString(key.data(), key.size());
      const Text value_text = buffer_.CreateString(value.data(), value.size());
      written.push_back(schema::CreateAttribute(buffer_, key_text, value_text));
    }
    return buffer_.CreateVector(written);
  }

  flatbuffers::Offset<schema::Event> write() {
    // An empty topic is written too: a table without it would not be an event that can be refused.
    const Text topic = buffer_.CreateString(fields_.topic.data(), fields_.topic.size());
    const Text id = text(fields_.id);
    const Text type = text(fields_.type);
    const Text source = text(fields_.source);
    const Text key = text(fields_.key);
    const Text correlation = text(fields_.correlation);
    const Text causation = text(fields_.causation);
    const Text trace_parent = text(fields_.trace_parent);
    const Text trace_state = text(fields_.trace_state);
    const auto entity = write_entity();
    const auto delivery = write_delivery();
    const Text content_type = text(fields_.content_type);
    const Text schema_id = text(fields_.schema_id);
    flatbuffers::Offset<flatbuffers::Vector<uint8_t>> payload;
    if (fields_.has_payload) {
      const slipring_bytes raw = bytes(fields_.payload);
      payload = buffer_.CreateVector(raw.data, raw.size);
    }
    const auto attributes = write_attributes();

    schema::EventBuilder event(buffer_);
    event.add_time_ns(fields_.time_ns);
    if (!attributes.IsNull()) event.add_attributes(attributes);
    event.add_payload(payload);
    event.add_schema_id(schema_id);
    event.add_content_type(content_type);
    event.add_delivery(delivery);
    event.add_entity(entity);
    event.add_trace_state(trace_state);
    event.add_trace_parent(trace_parent);
    event.add_causation_id(causation);
    event.add_correlation_id(correlation);
    event.add_partition_key(key);
    event.add_source(source);
    event.add_type(type);
    event.add_id(id);
    event.add_topic(topic);
    event.add_status(fields_.status);
    event.add_operation(fields_.operation);
    return event.Finish();
  }

  flatbuffers::FlatBufferBuilder buffer_;
  Fields fields_;
  std::vector<std::pair<std::string_view, std::string_view>> attributes_;
};

}  // namespace slipring::sdk

#endif
