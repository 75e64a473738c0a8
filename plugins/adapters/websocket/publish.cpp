// {"op":"publish","id":2,"topic":"game/42/move","type":"game.move","data":{"move":"e4"}}
#include "base64.hpp"
#include "expectation.hpp"
#include "fields.hpp"
#include "operations.hpp"
#include "time_text.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

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

// An empty one would pass for none, and deduplicate nothing.
Status read_dedup(std::string_view json, std::string &arena, std::string_view &id) {
  Status read = read_text(Member::dedup, json, arena, id);
  if (!read.ok() || !id.empty()) return read;
  return not_accepted(Member::dedup, json, "a string that is not empty");
}

// What the members say, as far as they are there.
struct Publication {
  std::string_view topic, type, id, source, key, dedup;
  std::string_view base64;
  std::string_view content_type = "application/octet-stream";
  uint64_t priority = 4;
  uint64_t ttl_ms = 0;
  int64_t time_ns = 0;
  bool retain = false;
  sdk::Expectation expect;
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
      return read_flag(member, json, to.retain);
    case Member::dedup:
      return read_dedup(json, arena, to.dedup);
    case Member::expect:
      return read_expectation(json, to.expect);
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
  event.retain(read.retain).deduplicate(read.dedup);
  const sdk::Publication finished(event.finish(), read.expect);
  if (request.id.empty()) return call.session.publish(finished);
  return call.session.publish(finished, {publish_tag, request.id});
}

}  // namespace slipring::json_v1
