#include "event/cloud_event_members.hpp"

#include <algorithm>
#include <string>

namespace slipring::event::cloud {

bool has_a_place(std::string_view member) {
  static constexpr std::array others = {
      specversion, time,        data,         data_base64,    operation,
      status,      entity_type, entity_id,    entity_version, expected_version,
      guarantee,   priority,    time_to_live, retain,         deduplication_id,
      position,    recorded,    protocol,     session,        client,
      principal};
  const auto has_name = [member](const Text &text) { return text.member == member; };
  return std::any_of(texts.begin(), texts.end(), has_name) ||
         std::find(others.begin(), others.end(), member) != others.end();
}

bool is_extension_name(std::string_view name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && std::all_of(name.begin(), name.end(), allowed) && !has_a_place(name) &&
         !name.starts_with("slipr");
}

bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  for (char &c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return type == "application/json" || type == "text/json" || type.ends_with("+json");
}

}  // namespace slipring::event::cloud
