#include "event/verify.hpp"

#include <slipring/schema/event_generated.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/topic.hpp"
#include "base/utf8.hpp"

namespace slipring::event {
namespace {

constexpr uint32_t max_depth = 8;
constexpr uint8_t max_status = SLIPRING_UNAUTHENTICATED;

std::string_view text_of(const flatbuffers::String *text) {
  return {text->c_str(), text->size()};
}

// Goes through one event and keeps the first thing that is wrong.
class Check {
 public:
  explicit Check(const Limits &limits) : limit_(limits.event), left_(limits.event) {}

  const Status &status() const { return status_; }

  [[gnu::flatten]] bool event(const schema::Event &event) {
    return topic(event) && name("id", event.id()) && name("type", event.type()) &&
           name("source", event.source()) && name("partition_key", event.partition_key()) &&
           name("correlation_id", event.correlation_id()) &&
           name("causation_id", event.causation_id()) &&
           text("trace_parent", event.trace_parent()) && text("trace_state", event.trace_state()) &&
           text("content_type", event.content_type()) && text("schema_id", event.schema_id()) &&
           bytes(event.payload()) &&
           range("operation", static_cast<uint8_t>(event.operation()),
                 static_cast<uint8_t>(schema::Operation::MAX)) &&
           range("status", event.status(), max_status) && entity(event.entity()) &&
           delivery(event.delivery()) && origin(event.origin()) &&
           attributes("attributes", event.attributes()) && particular(event);
  }

 private:
  using Attributes = flatbuffers::Vector<flatbuffers::Offset<schema::Attribute>>;

  // Errors are made apart, so that what is inlined into event() stays small.
  [[gnu::noinline, gnu::cold]] bool refuse(const char *field, const std::string &message) {
    status_ = Status::invalid(std::string("event: ") + field + message);
    return false;
  }

  [[gnu::noinline, gnu::cold]] bool refuse_total() {
    return refuse("",
                  "its texts and payload refer to the same bytes again and again, and amount to "
                  "more than the size limit of " +
                      std::to_string(limit_));
  }

  [[gnu::noinline, gnu::cold]] bool refuse_text(const char *field, std::string_view text,
                                                size_t limit) {
    if (text.size() > limit) {
      return refuse(field, " has " + std::to_string(text.size()) + " bytes, accepted are up to " +
                               std::to_string(limit));
    }
    return refuse(field, std::string(is_utf8(text) ? " has U+0000 in it" : " is not UTF-8") +
                             ", accepted is UTF-8 without U+0000");
  }

  // Called for all that the event refers to.
  bool account(size_t size) {
    if (size > left_) return refuse_total();
    left_ -= size;
    return true;
  }

  bool topic(const schema::Event &event) {
    if (Status status = check_topic(text_of(event.topic())); !status.is_ok()) {
      status_ = std::move(status);
      return false;
    }
    return account(event.topic()->size());
  }

  bool text(const char *field, const flatbuffers::String *text, size_t limit = SIZE_MAX) {
    if (text == nullptr) return true;
    const std::string_view view = text_of(text);
    if (view.size() > limit || (!is_plain_ascii(view) && !is_utf8_without_null(view))) {
      return refuse_text(field, view, limit);
    }
    return account(view.size());
  }

  bool name(const char *field, const flatbuffers::String *value) {
    return text(field, value, max_name_size);
  }

  bool bytes(const flatbuffers::Vector<uint8_t> *bytes) {
    return bytes == nullptr || account(bytes->size());
  }

  bool range(const char *field, uint8_t found, uint8_t last) {
    return found <= last || refuse_range(field, found, last);
  }

  [[gnu::noinline, gnu::cold]] bool refuse_range(const char *field, uint8_t found, uint8_t last) {
    return refuse(field,
                  " is " + std::to_string(found) + ", accepted are 0 to " + std::to_string(last));
  }

  bool entity(const schema::EntityRef *entity) {
    return entity == nullptr ||
           (name("entity.type", entity->type()) && name("entity.id", entity->id()));
  }

  bool delivery(const schema::Delivery *delivery) {
    return delivery == nullptr ||
           (range("delivery.guarantee", static_cast<uint8_t>(delivery->guarantee()),
                  static_cast<uint8_t>(schema::Guarantee::MAX)) &&
            range("delivery.priority", delivery->priority(), max_priority) &&
            name("delivery.deduplication_id", delivery->deduplication_id()));
  }

  bool origin(const schema::Origin *origin) {
    return origin == nullptr || (name("origin.protocol", origin->protocol()) &&
                                 name("origin.client", origin->client()) &&
                                 name("origin.principal", origin->principal()));
  }

  bool attributes(const char *field, const Attributes *attributes) {
    if (attributes == nullptr) return true;
    for (const schema::Attribute *attribute : *attributes) {
      if (!text(field, attribute->key()) || !text(field, attribute->value())) return false;
    }
    return true;
  }

  bool particular(const schema::Event &event) {
    if (const auto *mqtt = event.particular_as_Mqtt(); mqtt != nullptr) {
      return text("mqtt.response_topic", mqtt->response_topic()) && bytes(mqtt->correlation_data());
    }
    if (const auto *http = event.particular_as_Http(); http != nullptr) {
      return attributes("http.headers", http->headers());
    }
    return range("particular", static_cast<uint8_t>(event.particular_type()),
                 static_cast<uint8_t>(schema::Particular::MAX));
  }

  const size_t limit_;
  size_t left_;
  Status status_;
};

// Flattened, as Check::event: g++ leaves calls for each field otherwise, which doubles the time.
[[gnu::flatten]] bool is_sound(std::span<const uint8_t> flatbuffer, uint32_t tables) {
  flatbuffers::Verifier verifier(flatbuffer.data(), flatbuffer.size(), max_depth, tables);
  return schema::VerifyEventBuffer(verifier);
}

Status unsound(std::span<const uint8_t> flatbuffer) {
  if (flatbuffer.size() < 8 || !schema::EventBufferHasIdentifier(flatbuffer.data())) {
    return Status::invalid("event: is no FlatBuffer with the identifier SLEV");
  }
  if (is_sound(flatbuffer, UINT32_MAX)) {
    return Status::invalid("event: has too many attributes or headers, accepted are " +
                           std::to_string(max_tables - 1) + " tables");
  }
  return Status::invalid(
      "event: its FlatBuffer is damaged, or lacks a required field such as the topic");
}

}  // namespace

Status check_size(size_t size, const Limits &limits) {
  const size_t limit = std::min<size_t>(limits.event, FLATBUFFERS_MAX_BUFFER_SIZE - 1);
  if (size <= limit) return Status::ok();
  return Status::invalid("event: has " + std::to_string(size) + " bytes, accepted are up to " +
                         std::to_string(limit));
}

Status verify(std::span<const uint8_t> flatbuffer, const Limits &limits) {
  if (Status status = check_size(flatbuffer.size(), limits); !status.is_ok()) return status;
  if (!is_sound(flatbuffer, max_tables)) return unsound(flatbuffer);
  Check check(limits);
  return check.event(*schema::GetEvent(flatbuffer.data())) ? Status::ok() : check.status();
}

}  // namespace slipring::event
