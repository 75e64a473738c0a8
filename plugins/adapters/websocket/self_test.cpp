// Whether what a client publishes reaches its readers as the same: from the text of a message to an
// event and back.
#include <slipring/cpp/event.hpp>

#include "fields.hpp"
#include "request.hpp"
#include "shard.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

constexpr std::string_view published =
    R"({"op":"publish","id":1,"topic":"self\u002ftest","type":"\"t\"","data":{"list":[1,"ä"]}})";
constexpr std::string_view expected =
    R"({"op":"event","topic":"self/test","type":"\"t\"","time":"1970-01-01T00:00:00.000000001Z",)"
    R"("position":"s@1:2","data":{"list":[1,"ä"]}})";

slipring_event_view view_of(slipring_bytes event, std::string_view topic) {
  slipring_event_view view{};
  view.struct_size = sizeof view;
  view.event = event;
  view.topic = sdk::bytes(topic);
  view.printed = sdk::bytes("s@1:2");
  view.expires_in_s = UINT32_MAX;
  return view;
}

}  // namespace

Status Shard::self_test() {
  arena.clear();
  arena.reserve(2 * published.size());
  Request request;
  std::string_view topic;
  std::string_view type;
  Status status = read_request(published, arena, request);
  if (status.ok()) status = read_text(Member::topic, request[Member::topic], arena, topic);
  if (status.ok()) status = read_text(Member::type, request[Member::type], arena, type);
  if (!status.ok()) return status;
  event.topic(topic).type(type).time_ns(1);
  event.payload(request[Member::data], "application/json");
  const slipring_event_view raw = view_of(event.finish(), topic);
  write_event(out, sdk::EventView(raw), times);
  if (out == expected) return {};
  return {SLIPRING_INTERNAL, "a published message is rendered as " + out};
}

}  // namespace slipring::json_v1
