#include "copied_event.hpp"

#include <boost/json.hpp>

namespace slipring::command {

namespace json = boost::json;

namespace {

std::string_view text(const json::object &event, std::string_view name) {
  const json::value *const value = event.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : "";
}

}  // namespace

void restore_event(json::object &event) {
  const std::string_view position = text(event, "sliprposition");
  if (!position.empty() && text(event, "id") == position) event.erase("id");
  if (text(event, "source") == "urn:slipring") event.erase("source");
  if (text(event, "type").starts_with("slipring.")) event.erase("type");
}

void identify_event(json::object &event) {
  if (!text(event, "sliprdedup").empty()) return;
  const std::string_view position = text(event, "sliprposition");
  const std::string id(position.empty() ? text(event, "id") : position);
  if (!id.empty()) event["sliprdedup"] = id;
}

std::string copied_topic(std::string_view pattern, std::string_view topic) {
  if (!pattern.ends_with('#')) return std::string(pattern);
  return std::string(pattern.substr(0, pattern.size() - 1)) + std::string(topic);
}

}  // namespace slipring::command
