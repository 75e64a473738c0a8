// What can be said at a mount, for AsyncAPI. What a client sends is made from the operations that
// this version has, each with its members.
#include <array>

#include "assets.hpp"
#include "description/template.hpp"
#include "event_schemas.hpp"
#include "operations.hpp"

namespace slipring::json_v1 {

namespace {

constexpr std::string_view id = R"({ "$ref": "#/components/schemas/websocket.id" })";
constexpr std::string_view text = R"({ "type": "string" })";

// The JSON Schema of a member's value, in the order of Member.
constexpr std::array<std::string_view, member_count> schemas = {
    "",  // op: it depends on the operation
    id,
    id,
    text,
    text,
    "true",
    R"({ "enum": ["newest", "oldest", "latest per key", "priority", "disconnect"] })",
    R"({ "type": "string", "format": "date-time" })",
    text,
    R"({ "type": "string", "minLength": 1 })",
    R"({ "oneOf": [
         { "enum": ["now", "earliest", "last per topic", "retained"] },
         { "type": "object", "required": ["last"], "additionalProperties": false,
           "properties": { "last": { "type": "integer", "minimum": 1 } } },
         { "type": "object", "required": ["time"], "additionalProperties": false,
           "properties": { "time": { "type": "string", "format": "date-time" } } },
         { "type": "object", "required": ["after"], "additionalProperties": false,
           "properties": { "after": { "type": "array", "minItems": 1, "maxItems": 64,
                                      "items": { "type": "string", "minLength": 1 } } } }] })",
    R"({ "type": "string", "minLength": 1, "maxLength": 65535 })",
    R"({ "oneOf": [
         { "type": "object", "required": ["sequence"], "additionalProperties": false,
           "properties": { "sequence": { "type": "integer", "minimum": 0 } } },
         { "type": "object", "required": ["stream_sequence"], "additionalProperties": false,
           "properties": { "stream_sequence": { "type": "integer", "minimum": 0 } } }] })",
    R"({ "type": "boolean" })",
    text,
    R"({ "type": "integer", "minimum": 0, "maximum": 9007199254740991 })",
    R"({ "type": "array", "minItems": 1, "maxItems": 64,
         "items": { "type": "string", "minLength": 1, "maxLength": 65535 } })",
    R"({ "type": "boolean" })",
    R"({ "type": "integer", "minimum": 0, "maximum": 9 })",
    R"({ "type": "string", "contentEncoding": "base64" })",
    text,
};

// The answer that is not an error.
std::string_view answer_to(std::string_view operation) noexcept {
  if (operation == "subscribe") return "subscribed";
  if (operation == "publish") return "published";
  if (operation == "unsubscribe") return "unsubscribed";
  return operation == "cursor" ? "cursor_answer" : "help_answer";
}

template <class Visit>
void for_each(Members members, Visit visit) {
  (void)members.for_each([&](Member member) -> sdk::Status {
    if (member != Member::op) visit(member);
    return {};
  });
}

void append_request_schema(std::string &to, const Operation &operation) {
  to.append(",\"websocket.").append(operation.name);
  to += R"(":{"type":"object","additionalProperties":false,"required":["op")";
  for_each(operation.needed,
           [&](Member member) { to.append(",\"").append(member_name(member)).append("\""); });
  to.append("],\"properties\":{\"op\":{\"const\":\"").append(operation.name).append("\"}");
  for_each(operation.members, [&](Member member) {
    to.append(",\"").append(member_name(member)).append("\":");
    to += schemas[static_cast<size_t>(member)];
  });
  to += operation.members.has(Member::data) ? R"(},"not":{"required":["data","data_base64"]}})"
                                            : "}}";
}

// "name":{"$ref":"#/components/messages/websocket.name"}
void append_message_of_channel(std::string &to, std::string_view name) {
  to.append(to.empty() ? "\"" : ",\"").append(name);
  to.append(R"(":{"$ref":"#/components/messages/websocket.)").append(name).append("\"}");
}

// "websocket.name":{"name":"name","payload":{…}}
void append_message(std::string &to, std::string_view name) {
  to.append(to.empty() ? "\"websocket." : ",\"websocket.").append(name);
  to.append(R"(":{"name":")").append(name);
  to.append(R"(","payload":{"$ref":"#/components/schemas/websocket.)").append(name).append("\"}}");
}

// {"$ref":"#/channels/CHANNEL/messages/NAME"}
std::string message_reference(std::string_view channel, std::string_view name) {
  std::string reference = R"({"$ref":"#/channels/)";
  reference.append(channel).append("/messages/").append(name);
  return reference.append("\"}");
}

void append_operation(std::string &to, std::string_view channel, std::string_view name) {
  const std::string reference = R"("channel":{"$ref":"#/channels/)" + std::string(channel) + "\"}";
  to.append(",\"").append(channel).append(".").append(name);
  to.append(R"(":{"action":"receive",)").append(reference).append(",\"messages\":[");
  to.append(message_reference(channel, name)).append("],\"reply\":{").append(reference);
  to.append(",\"messages\":[").append(message_reference(channel, answer_to(name))).append(",");
  to.append(message_reference(channel, "error")).append("]}}");
}

constexpr std::string_view frame = R"({"asyncapi":{
  "channels":{"{{channel}}":{
    "address":"{{path}}",
    "title":"slipring.json.v1",
    "description":"A WebSocket of the subprotocol slipring.json.v1, or of none. Each message is one JSON object",
    {{parameters}}"messages":{ {{messages_of_channel}} },
    "bindings":{"ws":{"method":"GET","bindingVersion":"0.1.0"}}}},
  "operations":{
    "{{channel}}.events":{
      "action":"send","channel":{"$ref":"#/channels/{{channel}}"},
      "summary":"What subscriptions bring, and the announcement that the host closes the connection",
      "messages":[{{events}}]}{{operations}}},
  "components":{"messages":{ {{messages}} },"schemas":{{schemas}}}}})";

}  // namespace

sdk::Status Shard::describe(std::string_view path, sdk::Writer &to) const {
  const description::MountPath mount = description::mount_path(path, "rest");
  const std::string channel = "websocket" + mount.id;
  std::string more(assets::answers_json_in);
  std::string of_channel;
  std::string messages;
  std::string receiving;
  const auto add_message = [&](std::string_view name) {
    append_message_of_channel(of_channel, name);
    append_message(messages, name);
  };
  for (const std::string_view name : {"event", "gap", "closing", "error"}) add_message(name);
  bool has_cursors = false;
  for (const Operation &operation : operations()) {
    add_message(operation.name);
    add_message(answer_to(operation.name));
    append_request_schema(more, operation);
    append_operation(receiving, channel, operation.name);
    has_cursors = has_cursors || operation.members.has(Member::cursors);
  }
  const std::string events = message_reference(channel, "event") + ',' +
                             message_reference(channel, "gap") + ',' +
                             message_reference(channel, "closing");
  const std::array<description::Place, 8> places = {
      {{"channel", channel},
       {"path", mount.path},
       {"parameters", mount.has_parameter ? R"("parameters":{"rest":{}},)" : ""},
       {"messages_of_channel", std::move(of_channel)},
       {"messages", std::move(messages)},
       {"events", events},
       {"operations", std::move(receiving)},
       {"schemas", event_schemas({"websocket", true, has_cursors, more})}}};
  return to.write(description::filled(frame, places));
}

}  // namespace slipring::json_v1
