#include "cloud_event_text.hpp"

#include <algorithm>
#include <array>

#include "answers.hpp"
#include "base64.hpp"
#include "draft.hpp"
#include "http/media_type.hpp"
#include "http/text.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"
#include "time_text.hpp"

namespace slipring::rest {

namespace {

std::string_view text_of(const flatbuffers::String *text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

void append_text(std::string &to, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  to.append(",\"").append(name).append("\":");
  json_v1::append_string(to, text);
}

// As text: it may need more than the 31 bits of a CloudEvents integer.
void append_number(std::string &to, std::string_view name, uint64_t number) {
  if (number != 0) append_text(to, name, std::to_string(number));
}

void append_time(std::string &to, std::string_view name, int64_t time_ns) {
  if (time_ns == 0) return;
  to.append(",\"").append(name).append("\":\"");
  json_v1::TimeWriter().append(to, time_ns);
  to += '"';
}

// CloudEvents demands these three.
void append_required(std::string &to, const sdk::EventView &event) {
  const std::string_view position = event.printed_position();
  std::string id(event.id());
  if (id.empty()) id = position.empty() ? std::to_string(event.recorded_ns()) : position;
  append_text(to, "id", id);
  append_text(to, "source", event.source().empty() ? "urn:slipring" : event.source());
  const auto operation = static_cast<size_t>(event.event().operation());
  const std::string other = "slipring." + std::string(operation_names[operation]);
  append_text(to, "type", event.type().empty() ? other : event.type());
}

void append_texts(std::string &to, const schema::Event &event) {
  append_text(to, "subject", text_of(event.topic()));
  append_text(to, "dataschema", text_of(event.schema_id()));
  append_text(to, "partitionkey", text_of(event.partition_key()));
  append_text(to, "correlationid", text_of(event.correlation_id()));
  append_text(to, "causationid", text_of(event.causation_id()));
  append_text(to, "traceparent", text_of(event.trace_parent()));
  append_text(to, "tracestate", text_of(event.trace_state()));
}

void append_exchange(std::string &to, const schema::Event &event) {
  if (event.operation() != schema::Operation::message)
    append_text(to, "sliproperation", operation_names[static_cast<size_t>(event.operation())]);
  if (event.status() != SLIPRING_OK)
    append_text(to, "sliprstatus",
                json_v1::status_name(static_cast<slipring_status>(event.status())));
}

void append_entity(std::string &to, const schema::EntityRef *entity) {
  if (entity == nullptr) return;
  append_text(to, "sliprentitytype", text_of(entity->type()));
  append_text(to, "sliprentityid", text_of(entity->id()));
  append_number(to, "sliprversion", entity->version());
  if (entity->has_expected_version())
    append_text(to, "sliprexpected", std::to_string(entity->expected_version()));
}

void append_delivery(std::string &to, const schema::Delivery *delivery) {
  if (delivery == nullptr) return;
  if (delivery->guarantee() != schema::Guarantee::at_most_once)
    append_text(to, "sliprguarantee", guarantee_names[static_cast<size_t>(delivery->guarantee())]);
  if (delivery->priority() != default_priority)
    to.append(",\"sliprpriority\":").append(std::to_string(delivery->priority()));
  append_number(to, "sliprttlms", delivery->time_to_live_ms());
  if (delivery->retain()) to += ",\"sliprretain\":true";
  append_text(to, "sliprdedup", text_of(delivery->deduplication_id()));
}

void append_extensions(std::string &to, const schema::Event &event) {
  if (event.attributes() == nullptr) return;
  for (const schema::Attribute *attribute : *event.attributes()) {
    const std::string_view name = text_of(attribute->key());
    if (is_extension_name(name)) append_text(to, name, text_of(attribute->value()));
  }
}

void append_payload(std::string &to, const sdk::EventView &event) {
  const std::string_view payload = event.payload();
  const std::string_view type = event.content_type();
  if (!payload.empty() && type.empty())
    append_text(to, "datacontenttype", "application/octet-stream");
  append_text(to, "datacontenttype", type);
  if (payload.empty()) return;
  if (http::is_json_type(type) && json_v1::is_json(payload)) {
    to.append(",\"data\":").append(payload);
  } else if (!http::is_json_type(type) && type.starts_with("text/") && http::is_utf8(payload)) {
    append_text(to, "data", payload);
  } else {
    to += ",\"data_base64\":\"";
    json_v1::append_base64(to, payload);
    to += '"';
  }
}

}  // namespace

void append_cloud_event(std::string &to, const sdk::EventView &event) {
  const schema::Event &root = event.event();
  to += R"({"specversion":"1.0")";
  append_required(to, event);
  append_texts(to, root);
  append_time(to, "time", root.time_ns());
  append_text(to, "sliprposition", event.printed_position());
  append_time(to, "sliprrecorded", event.recorded_ns());
  append_exchange(to, root);
  append_entity(to, root.entity());
  append_delivery(to, root.delivery());
  append_extensions(to, root);
  append_payload(to, event);
  to += '}';
}

}  // namespace slipring::rest
