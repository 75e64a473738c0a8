#include "shard.hpp"

#include <slipring/cpp/event_builder.hpp>

#include "render.hpp"

namespace slipring::sse {

using sdk::Status;

namespace {

constexpr std::string_view expected =
    "event: self.test\ndata: {\"op\":\"event\",\"topic\":\"self/test\",\"type\":\"self.test\","
    "\"time\":\"1970-01-01T00:00:00.000000001Z\",\"position\":\"s@1:2\",\"data\":{\ndata: }}\n\n";

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

void Shard::make_block(uint64_t format, const sdk::EventView &event) {
  json_v1::write_event(json_, event, times_);
  block_.clear();
  if (format == by_type) append_type(block_, event.type());
  append_data(block_, json_);
  block_ += '\n';
}

Status Shard::render(uint64_t format, const sdk::EventView &event, sdk::RenderWriter &writer) {
  if (format != by_message && format != by_type) {
    return {SLIPRING_UNIMPLEMENTED,
            "found format " + std::to_string(format) + "; accepted: 1 and 2"};
  }
  make_block(format, event);
  return write_block(block_, !event.printed_position().empty(), writer);
}

// Whether an event with a line end in its payload becomes the lines that it should.
Status Shard::self_test() {
  constexpr std::string_view topic = "self/test";
  sdk::EventBuilder event;
  event.topic(topic).type("self.test").time_ns(1).payload("{\n}", "application/json");
  const slipring_event_view raw = view_of(event.finish(), topic);
  make_block(by_type, sdk::EventView(raw));
  if (block_ == expected) return {};
  return {SLIPRING_INTERNAL, "an event is rendered as " + block_};
}

}  // namespace slipring::sse
