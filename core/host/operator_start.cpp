#include "host/operator_start.hpp"

#include <boost/json.hpp>

#include "event/time_text.hpp"

namespace slipring::host {

namespace json = boost::json;

namespace {

using Kind = bus::Start::Kind;

Status not_accepted(const json::value &found) {
  return Status::invalid(
      "start: found " + json::serialize(found) +
      ", accepted: \"now\", \"earliest\", \"retained\", \"last per topic\", {\"last\":10}, "
      "{\"time\":\"2026-11-21T09:30:00Z\"}, {\"after\":[\"<cursor or position>\"]}");
}

Result<bus::Start> from_word(const json::value &given) {
  const json::string &word = given.get_string();
  if (word == "now") return bus::Start{Kind::now, 0, {}};
  if (word == "earliest") return bus::Start{Kind::earliest, 0, {}};
  if (word == "retained") return bus::Start{Kind::retained, 0, {}};
  if (word == "last per topic") return bus::Start{Kind::last_per_topic, 0, {}};
  return not_accepted(given);
}

Result<bus::Start> after(const json::array &texts, const bus::Streams &streams) {
  bus::Start start{Kind::after, 0, {}};
  for (const json::value &each : texts) {
    if (!each.is_string()) return Status::invalid("start: each cursor is a string");
    Status status = bus::add_positions(start, each.get_string(), streams);
    if (!status.is_ok()) return status;
  }
  if (start.positions.empty()) return Status::invalid("start: no cursor or position is given");
  return start;
}

}  // namespace

Result<bus::Start> start_of(const json::object &request, const bus::Streams &streams) {
  const json::value *const given = request.if_contains("start");
  if (given == nullptr) return bus::Start{};
  if (given->is_string()) return from_word(*given);
  const json::object *const object = given->if_object();
  if (object == nullptr || object->size() != 1) return not_accepted(*given);
  const json::value &value = object->begin()->value();
  const std::string_view name = object->begin()->key();
  if (name == "last" && value.is_int64() && value.get_int64() > 0) {
    return bus::Start{Kind::last, static_cast<uint64_t>(value.get_int64()), {}};
  }
  if (name == "time" && value.is_string()) {
    const auto time = event::parse_time(std::string_view(value.get_string()));
    if (time && *time >= 0) return bus::Start{Kind::time, static_cast<uint64_t>(*time), {}};
  }
  if (name == "after" && value.is_array()) return after(value.get_array(), streams);
  return not_accepted(*given);
}

}  // namespace slipring::host
