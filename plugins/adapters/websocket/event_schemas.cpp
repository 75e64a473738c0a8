#include "event_schemas.hpp"

#include <array>

#include "assets.hpp"
#include "description/template.hpp"

namespace slipring::json_v1 {

namespace {

std::string id_member(std::string_view name, std::string_view adapter) {
  std::string member = "\"";
  member.append(name).append("\": { \"$ref\": \"#/components/schemas/").append(adapter);
  return member.append(".id\" }, ");
}

}  // namespace

std::string event_schemas(const EventSchemas &differences) {
  const auto when = [](bool has, std::string text) {
    return has ? std::move(text) : std::string();
  };
  const bool ids = differences.has_ids;
  const std::array<description::Place, 7> places = {
      {{"adapter", std::string(differences.adapter)},
       {"id", when(ids, id_member("id", differences.adapter))},
       {"id_required", when(ids, "\"id\", ")},
       {"sub", when(ids, id_member("sub", differences.adapter))},
       {"sub_required", when(ids, ", \"sub\"")},
       {"cursor",
        when(differences.has_cursors, "\"cursor\": { \"type\": \"string\", \"minLength\": 1 }, ")},
       {"more", std::string(differences.more)}}};
  return description::filled(assets::events_json_in, places);
}

}  // namespace slipring::json_v1
