#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "event/base64.hpp"
#include "event/cloud_event.hpp"
#include "event/cloud_event_members.hpp"
#include "event/time_text.hpp"

namespace slipring::event {
namespace {

using boost::json::object;
using boost::json::value;
using flatbuffers::FlatBufferBuilder;
using Text = flatbuffers::Offset<flatbuffers::String>;

template <class Names>
std::string joined(const Names &names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

// Reads members by what they must be, and keeps the first thing that is wrong.
class Members {
 public:
  explicit Members(const object &json) : json_(json) {}

  const Status &status() const { return status_; }
  const object &json() const { return json_; }

  // Null is as good as absent.
  const value *find(std::string_view name) const {
    const value *found = json_.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  void refuse(std::string_view name, const std::string &why) {
    if (!status_.is_ok()) return;
    status_ = Status::invalid("event: member \"" + std::string(name) + "\" " + why);
  }

  std::optional<std::string_view> text(std::string_view name) {
    const value *found = find(name);
    if (found == nullptr) return std::nullopt;
    if (found->is_string()) return std::string_view(found->get_string());
    refuse(name, "is no string, accepted is a string");
    return std::nullopt;
  }

  // An integer, or a string of digits as numbers beyond 31 bits are written.
  std::optional<uint64_t> number(std::string_view name) {
    const value *found = find(name);
    if (found == nullptr) return std::nullopt;
    if (const auto *integer = found->if_int64(); integer != nullptr && *integer >= 0) {
      return static_cast<uint64_t>(*integer);
    }
    if (const auto *integer = found->if_uint64(); integer != nullptr) return *integer;
    if (const auto *digits = found->if_string(); digits != nullptr) {
      uint64_t number = 0;
      const char *end = digits->data() + digits->size();
      const auto [stopped, error] = std::from_chars(digits->data(), end, number);
      if (error == std::errc() && stopped == end && !digits->empty()) return number;
    }
    refuse(name, "is no number, accepted are 0 to 2^64 - 1");
    return std::nullopt;
  }

  bool flag(std::string_view name) {
    const value *found = find(name);
    if (found == nullptr) return false;
    if (found->is_bool()) return found->get_bool();
    refuse(name, "is neither true nor false");
    return false;
  }

  // The index of a name; 0 when the member is absent.
  template <class Names>
  uint8_t choice(std::string_view name, const Names &names) {
    const auto chosen = text(name);
    if (!chosen) return 0;
    const auto found = std::find(names.begin(), names.end(), *chosen);
    if (found != names.end()) return static_cast<uint8_t>(found - names.begin());
    refuse(name, "is \"" + std::string(*chosen) + "\", accepted are " + joined(names));
    return 0;
  }

  int64_t time(std::string_view name) {
    const auto found = text(name);
    if (!found) return 0;
    const auto time = parse_time(*found);
    if (time) return *time;
    refuse(name, time.status().message());
    return 0;
  }

 private:
  const object &json_;
  Status status_;
};

Text create(FlatBufferBuilder &builder, std::optional<std::string_view> text) {
  return text ? builder.CreateString(text->data(), text->size()) : Text();
}

std::array<std::string_view, SLIPRING_UNAUTHENTICATED + 1> status_names() {
  std::array<std::string_view, SLIPRING_UNAUTHENTICATED + 1> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = status_name(static_cast<slipring_status>(i));
  return names;
}

flatbuffers::Offset<schema::EntityRef> read_entity(Members &members, FlatBufferBuilder &builder) {
  const auto id = members.text(cloud::entity_id);
  const auto type = members.text(cloud::entity_type);
  const auto version = members.number(cloud::entity_version);
  const auto expected = members.number(cloud::expected_version);
  if (!id && (type || version || expected)) {
    members.refuse(cloud::entity_id, "is missing, other members speak of an entity");
  }
  if (!id) return {};
  const Text id_text = create(builder, id);
  const Text type_text = create(builder, type);
  return schema::CreateEntityRef(builder, type_text, id_text, version.value_or(0),
                                 expected.value_or(0), expected.has_value());
}

flatbuffers::Offset<schema::Delivery> read_delivery(Members &members, FlatBufferBuilder &builder) {
  const auto guarantee =
      static_cast<schema::Guarantee>(members.choice(cloud::guarantee, cloud::guarantee_names));
  const uint64_t priority = members.number(cloud::priority).value_or(default_priority);
  if (priority > max_priority) {
    members.refuse(cloud::priority, "is " + std::to_string(priority) + ", accepted are 0 to " +
                                        std::to_string(max_priority));
  }
  const uint64_t time_to_live_ms = members.number(cloud::time_to_live).value_or(0);
  const Text deduplication_id = create(builder, members.text(cloud::deduplication_id));
  return schema::CreateDelivery(builder, guarantee, static_cast<uint8_t>(priority), time_to_live_ms,
                                members.flag(cloud::retain), deduplication_id);
}

// The value of an extension as text; nothing when it is none of CloudEvents' types.
std::optional<std::string> extension_text(const value &extension) {
  if (extension.is_string()) return std::string(extension.get_string());
  if (extension.is_bool() || extension.is_int64()) return boost::json::serialize(extension);
  return std::nullopt;
}

std::vector<flatbuffers::Offset<schema::Attribute>> read_attributes(Members &members,
                                                                    FlatBufferBuilder &builder) {
  std::vector<flatbuffers::Offset<schema::Attribute>> attributes;
  for (const auto &member : members.json()) {
    const std::string_view name = member.key();
    if (cloud::has_a_place(name) || member.value().is_null()) continue;
    if (!cloud::is_extension_name(name)) {
      members.refuse(name,
                     "is not known; accepted are those of CloudEvents 1.0, and extensions "
                     "whose names are of a-z and 0-9 and do not begin with slipr");
      continue;
    }
    const auto text = extension_text(member.value());
    if (!text) {
      members.refuse(name, "is no string, integer, true or false");
      continue;
    }
    const Text key = create(builder, name);
    attributes.push_back(schema::CreateAttribute(builder, key, create(builder, *text)));
  }
  return attributes;
}

// The payload's bytes.
std::vector<uint8_t> read_payload(Members &members, bool is_json) {
  const value *data = members.find(cloud::data);
  if (const auto text = members.text(cloud::data_base64)) {
    if (data != nullptr) members.refuse(cloud::data, "and data_base64 exclude each other");
    auto bytes = parse_base64(*text, Base64::standard);
    if (!bytes) members.refuse(cloud::data_base64, "is not base64 with padding");
    return std::move(bytes).value_or(std::vector<uint8_t>());
  }
  if (data == nullptr) return {};
  if (!is_json && !data->is_string()) {
    members.refuse(cloud::data,
                   "is no string, accepted is a string where datacontenttype is not JSON");
    return {};
  }
  const std::string text =
      is_json ? boost::json::serialize(*data) : std::string(data->get_string());
  return {text.begin(), text.end()};
}

// What an event refers to, made before the event itself.
struct Parts {
  std::array<Text, cloud::texts.size()> texts;
  Text implied_content_type;
  flatbuffers::Offset<flatbuffers::Vector<uint8_t>> payload;
  flatbuffers::Offset<schema::EntityRef> entity;
  flatbuffers::Offset<schema::Delivery> delivery;
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<schema::Attribute>>> attributes;
};

Parts read_parts(Members &members, FlatBufferBuilder &builder) {
  Parts parts;
  for (size_t i = 0; i < parts.texts.size(); ++i) {
    parts.texts[i] = create(builder, members.text(cloud::texts[i].member));
  }
  auto content_type = members.text("datacontenttype");
  if (!content_type && members.find(cloud::data) != nullptr) {
    // CloudEvents: data that says nothing of its type is JSON.
    content_type = "application/json";
    parts.implied_content_type = create(builder, content_type);
  }
  parts.payload =
      builder.CreateVector(read_payload(members, content_type && cloud::is_json(*content_type)));
  parts.entity = read_entity(members, builder);
  parts.delivery = read_delivery(members, builder);
  parts.attributes = builder.CreateVector(read_attributes(members, builder));
  return parts;
}

void add(schema::EventBuilder &event, const Parts &parts) {
  for (size_t i = 0; i < parts.texts.size(); ++i) {
    if (!parts.texts[i].IsNull()) (event.*cloud::texts[i].add)(parts.texts[i]);
  }
  if (!parts.implied_content_type.IsNull()) event.add_content_type(parts.implied_content_type);
  event.add_payload(parts.payload);
  event.add_entity(parts.entity);
  event.add_delivery(parts.delivery);
  event.add_attributes(parts.attributes);
}

}  // namespace

Result<std::vector<uint8_t>> from_cloud_event(const object &json) {
  Members members(json);
  if (members.text(cloud::specversion).value_or("1.0") != "1.0") {
    members.refuse(cloud::specversion, "is not known, accepted is \"1.0\"");
  }
  if (members.find("subject") == nullptr) members.refuse("subject", "is missing, it is the topic");
  FlatBufferBuilder builder;
  const Parts parts = read_parts(members, builder);
  const int64_t time_ns = members.time(cloud::time);
  const uint8_t operation = members.choice(cloud::operation, cloud::operation_names);
  const uint8_t status = members.choice(cloud::status, status_names());
  if (!members.status().is_ok()) return members.status();

  schema::EventBuilder event(builder);
  add(event, parts);
  event.add_time_ns(time_ns);
  event.add_operation(static_cast<schema::Operation>(operation));
  event.add_status(status);
  schema::FinishEventBuffer(builder, event.Finish());
  return std::vector<uint8_t>(builder.GetBufferPointer(),
                              builder.GetBufferPointer() + builder.GetSize());
}

}  // namespace slipring::event
