#include "render.hpp"

#include "answers.hpp"
#include "base64.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::json_v1 {

namespace {

void append_payload(std::string &to, std::string_view content_type, std::string_view payload) {
  // Whoever published it may have come by another protocol, where nobody looked at the payload.
  if (content_type == "application/json" && is_json(payload)) {
    to.append(",\"data\":").append(payload);
    return;
  }
  append_member(to, "content_type", content_type);
  to += ",\"data_base64\":\"";
  append_base64(to, payload);
  to += '"';
}

}  // namespace

void write_event(std::string &to, const sdk::EventView &event, TimeWriter &times) {
  to.assign("{\"op\":\"event\",\"topic\":");
  append_string(to, event.topic());
  append_member(to, "type", event.type());
  append_member(to, "eid", event.id());
  append_member(to, "source", event.source());
  to += ",\"time\":\"";
  times.append(to, event.time_ns());
  to += '"';
  append_member(to, "position", event.printed_position());
  append_member(to, "key", event.key());
  if (event.has_payload()) append_payload(to, event.content_type(), event.payload());
  to += '}';
}

sdk::Status write_with_cursor(std::string &message, sdk::RenderWriter &writer) {
  message.back() = ',';
  message += "\"cursor\":\"";
  sdk::Status status = writer.write(message);
  if (status.ok()) status = writer.hole(SLIPRING_HOLE_CURSOR);
  return status.ok() ? writer.write("\"}") : status;
}

}  // namespace slipring::json_v1
