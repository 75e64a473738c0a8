// {"op":"publish","id":2,"topic":"game/42/move","type":"game.move","data":{"move":"e4"}}
#include "base64.hpp"
#include "fields.hpp"
#include "operations.hpp"
#include "time_text.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

Status not_yet(Member member) {
  return {SLIPRING_UNIMPLEMENTED,
          "\"" + std::string(member_name(member)) + "\" needs a stream that keeps events"};
}

Status read_time(std::string_view json, std::string &arena, int64_t &nanoseconds) {
  std::string_view text;
  Status read = read_text(Member::time, json, arena, text);
  if (!read.ok()) return read;
  const std::optional<int64_t> time = parse_time(text);
  if (!time)
    return not_accepted(Member::time, json,
                        "RFC 3339, years 1678 to 2261, such as \"2026-11-21T09:30:00.5Z\"");
  nanoseconds = *time;
  return {};
}

// What only streams with a log can do: refused until there are some.
Status refuse_retain(std::string_view json) {
  bool retain = false;
  Status read = read_flag(Member::retain, json, retain);
  return read.ok() && retain ? not_yet(Member::retain) : read;
}

Status refuse_dedup(std::string_view json) {
  return is_string(json) ? not_yet(Member::dedup) : not_accepted(Member::dedup, json, "a string");
}

Status refuse_expect(std::string_view json) {
  return json.starts_with('{')
             ? not_yet(Member::expect)
             : not_accepted(Member::expect, json, "an object such as {\"sequence\":7}");
}

// What the members say, as far as they are there.
struct Publication {
  std::string_view topic, type, id, source, key;
  std::string_view base64;
  std::string_view content_type = "application/octet-stream";
  uint64_t priority = 4;
  uint64_t ttl_ms = 0;
  int64_t time_ns = 0;
};

Status read_member(Member member, std::string_view json, std::string &arena, Publication &to) {
  const auto text = [&](std::string_view &field) { return read_text(member, json, arena, field); };
  switch (member) {
    case Member::topic:
      return text(to.topic);
    case Member::type:
      return text(to.type);
    case Member::eid:
      return text(to.id);
    case Member::source:
      return text(to.source);
    case Member::key:
      return text(to.key);
    case Member::data_base64:
      return text(to.base64);
    case Member::content_type:
      return text(to.content_type);
    case Member::priority:
      return read_number(member, json, 9, to.priority);
    case Member::ttl_ms:
      return read_number(member, json, largest_number, to.ttl_ms);
    case Member::time:
      return read_time(json, arena, to.time_ns);
    case Member::retain:
      return refuse_retain(json);
    case Member::dedup:
      return refuse_dedup(json);
    case Member::expect:
      return refuse_expect(json);
    default:
      return {};
  }
}

Status check_payload(const Request &request) {
  const bool is_binary = request.members.has(Member::data_base64);
  if (is_binary && request.members.has(Member::data))
    return not_accepted(Member::data_base64, request[Member::data_base64],
                        "one of \"data\" and \"data_base64\"");
  if (!is_binary && request.members.has(Member::content_type))
    return not_accepted(Member::content_type, request[Member::content_type],
                        "only with \"data_base64\": \"data\" is application/json");
  return {};
}

// `data` as its text stands in the message, or the bytes of `data_base64`.
Status set_payload(const Request &request, const Publication &read, std::string &arena,
                   sdk::EventBuilder &event) {
  if (request.members.has(Member::data)) event.payload(request[Member::data], "application/json");
  if (!request.members.has(Member::data_base64)) return {};
  const size_t start = arena.size();
  if (!append_decoded(arena, read.base64))
    return not_accepted(Member::data_base64, request[Member::data_base64],
                        "base64 of RFC 4648 with padding");
  event.payload(std::string_view(arena).substr(start), read.content_type);
  return {};
}

}  // namespace

Status publish(Call &call) {
  const Request &request = call.request;
  std::string &arena = call.shard.arena;
  sdk::EventBuilder &event = call.shard.event;

  Publication read;
  Status status = request.members.for_each(
      [&](Member member) { return read_member(member, request[member], arena, read); });
  if (status.ok()) status = check_payload(request);
  if (status.ok()) status = set_payload(request, read, arena, event);
  if (!status.ok()) return status;

  event.topic(read.topic).type(read.type).id(read.id).source(read.source).key(read.key);
  event.priority(static_cast<uint8_t>(read.priority));
  event.time_to_live_ms(read.ttl_ms).time_ns(read.time_ns);
  const slipring_bytes finished = event.finish();
  if (request.id.empty()) return call.session.publish(finished);
  return call.session.publish(finished, {publish_tag, request.id});
}

}  // namespace slipring::json_v1
