#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "base/utf8.hpp"
#include "event/base64.hpp"
#include "event/cloud_event.hpp"
#include "event/cloud_event_members.hpp"
#include "event/time_text.hpp"

namespace slipring::event {
namespace {

using boost::json::object;

std::string_view text_of(const flatbuffers::String *text) {
  return text == nullptr ? std::string_view() : std::string_view(text->c_str(), text->size());
}

void add_text(object &json, std::string_view member, std::string_view text) {
  if (!text.empty()) json[member] = text;
}

void add_text(object &json, std::string_view member, const flatbuffers::String *text) {
  add_text(json, member, text_of(text));
}

void add_number(object &json, std::string_view member, uint64_t number) {
  if (number != 0) json[member] = std::to_string(number);
}

// CloudEvents demands these three.
void add_what_is_missing(object &json, const Event &event, std::string_view position) {
  if (!json.contains("id")) {
    // Without a position nothing names the event; this at least tells two events apart.
    json["id"] = position.empty() ? std::to_string(event.record().recorded_ns()) + "-" +
                                        std::to_string(event.topic_hash())
                                  : std::string(position);
  }
  if (!json.contains("source")) json["source"] = "urn:slipring";
  if (!json.contains("type")) {
    const auto operation = static_cast<size_t>(event.root().operation());
    json["type"] = "slipring." + std::string(cloud::operation_names[operation]);
  }
}

void add_exchange(object &json, const schema::Event &event) {
  if (event.operation() != schema::Operation::message) {
    json[cloud::operation] = cloud::operation_names[static_cast<size_t>(event.operation())];
  }
  if (event.status() != SLIPRING_OK) {
    json[cloud::status] = status_name(static_cast<slipring_status>(event.status()));
  }
}

void add_entity(object &json, const schema::EntityRef &entity) {
  add_text(json, cloud::entity_type, entity.type());
  // Also when it is empty: with it comes the reference.
  json[cloud::entity_id] = text_of(entity.id());
  add_number(json, cloud::entity_version, entity.version());
  if (entity.has_expected_version()) {
    json[cloud::expected_version] = std::to_string(entity.expected_version());
  }
}

void add_delivery(object &json, const schema::Delivery &delivery) {
  if (delivery.guarantee() != schema::Guarantee::at_most_once) {
    json[cloud::guarantee] = cloud::guarantee_names[static_cast<size_t>(delivery.guarantee())];
  }
  if (delivery.priority() != default_priority) json[cloud::priority] = delivery.priority();
  add_number(json, cloud::time_to_live, delivery.time_to_live_ms());
  if (delivery.retain()) json[cloud::retain] = true;
  add_text(json, cloud::deduplication_id, delivery.deduplication_id());
}

void add_origin(object &json, const schema::Origin &origin) {
  add_text(json, cloud::protocol, origin.protocol());
  add_number(json, cloud::session, origin.session());
  add_text(json, cloud::client, origin.client());
  add_text(json, cloud::principal, origin.principal());
}

void add_attributes(object &json, const schema::Event &event) {
  if (event.attributes() == nullptr) return;
  for (const schema::Attribute *attribute : *event.attributes()) {
    const std::string_view name = text_of(attribute->key());
    if (cloud::is_extension_name(name)) json[name] = text_of(attribute->value());
  }
}

bool add_json(object &json, std::string_view payload) {
  boost::system::error_code error;
  auto value = boost::json::parse(payload, error);
  if (error) return false;
  json[cloud::data] = std::move(value);
  return true;
}

void add_payload(object &json, const schema::Event &event) {
  if (event.payload() == nullptr || event.payload()->size() == 0) return;
  const std::span payload(event.payload()->data(), event.payload()->size());
  const std::string_view text(reinterpret_cast<const char *>(payload.data()), payload.size());
  const std::string_view type = text_of(event.content_type());
  if (type.empty()) json["datacontenttype"] = "application/octet-stream";
  if (cloud::is_json(type)) {
    if (add_json(json, text)) return;
  } else if (type.starts_with("text/") && is_utf8(text)) {
    json[cloud::data] = text;
    return;
  }
  json[cloud::data_base64] = print_base64(payload, Base64::standard);
}

}  // namespace

object to_cloud_event(const Event &event, std::string_view position) {
  const schema::Event &root = event.root();
  object json;
  json[cloud::specversion] = "1.0";
  for (const cloud::Text &text : cloud::texts) add_text(json, text.member, (root.*text.get)());
  add_what_is_missing(json, event, position);
  if (root.time_ns() != 0) json[cloud::time] = print_time(root.time_ns());
  add_text(json, cloud::position, position);
  if (event.record().recorded_ns() != 0) {
    json[cloud::recorded] = print_time(event.record().recorded_ns());
  }
  add_exchange(json, root);
  if (root.entity() != nullptr) add_entity(json, *root.entity());
  if (root.delivery() != nullptr) add_delivery(json, *root.delivery());
  if (root.origin() != nullptr) add_origin(json, *root.origin());
  add_attributes(json, root);
  add_payload(json, root);
  return json;
}

}  // namespace slipring::event
