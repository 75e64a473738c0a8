#include "host/event_lines.hpp"

#include <array>
#include <boost/json.hpp>

#include "event/cloud_event.hpp"

namespace slipring::host {

namespace json = boost::json;

json::object EventLines::event(const event::Event &event) const {
  const schema::RecordHeader &record = event.record();
  const std::string stands = position({record.stream(), record.epoch(), record.sequence()});
  return event::to_cloud_event(event, stands);
}

json::object EventLines::gap(const bus::Missed &missed) const {
  json::object gap;
  if (missed.stream != 0) {
    gap["from"] = position({missed.stream, missed.epoch, missed.from});
    gap["to"] = position({missed.stream, missed.epoch, missed.to});
  }
  if (missed.count != 0) gap["count"] = missed.count;
  gap["reason"] = missed.reason;
  return gap;
}

std::string EventLines::position(const event::Position &position) const {
  const stream::History *const stream = streams_.find(position.stream);
  if (stream == nullptr) return {};
  std::array<char, event::max_position_text_size> text;
  const size_t size =
      event::print_position(stream->name(), position.epoch, position.sequence, text);
  return {text.data(), size};
}

}  // namespace slipring::host
