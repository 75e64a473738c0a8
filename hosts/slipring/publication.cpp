#include "publication.hpp"

#include <boost/json.hpp>
#include <ostream>

#include "event/base64.hpp"
#include "event_text.hpp"

namespace slipring::command {

namespace json = boost::json;

json::object publication(const PublishOptions &options, std::string_view data) {
  json::object event{{"subject", options.topic}};
  const auto add = [&](std::string_view member, std::string_view text) {
    if (!text.empty()) event[member] = text;
  };
  add("id", options.id);
  add("type", options.type);
  add("source", options.source);
  add("partitionkey", options.key);
  if (options.priority) event["sliprpriority"] = *options.priority;
  if (options.time_to_live.count() != 0) event["sliprttlms"] = options.time_to_live.count();
  const bool guess = options.content_type.empty() && !data.empty();
  add("datacontenttype", guess ? guess_content_type(data) : options.content_type);
  // Base64 for text too: so the payload is the data byte for byte.
  const std::span bytes(reinterpret_cast<const uint8_t *>(data.data()), data.size());
  add("data_base64", event::print_base64(bytes, event::Base64::standard));
  return {{"op", "publish"}, {"event", std::move(event)}};
}

void print_published(std::ostream &out, const json::object &answer, bool as_json) {
  if (as_json) {
    out << json::serialize(answer) << '\n';
    return;
  }
  const json::value *const position = answer.at("published").as_object().if_contains("position");
  out << (position == nullptr ? "-" : std::string_view(position->as_string())) << '\n';
}

}  // namespace slipring::command
