// What is answered at a mount, for OpenAPI and AsyncAPI: a file, assets/description.json.in, with
// places for what depends on the mount.
#include <array>

#include "assets.hpp"
#include "description/template.hpp"
#include "event_schemas.hpp"
#include "shard.hpp"

namespace slipring::sse {

sdk::Status Shard::describe(std::string_view path, sdk::Writer &to) const {
  const description::MountPath mount = description::mount_path(path, "rest");
  const bool has_parameter = mount.has_parameter;
  const std::array<description::Place, 5> places = {
      {{"path", mount.path},
       {"id", mount.id},
       {"parameters", has_parameter ? R"({ "$ref": "#/components/parameters/sse.rest" })" : ""},
       {"channel_parameters", has_parameter ? R"("parameters": { "rest": {} }, )" : ""},
       {"schemas", json_v1::event_schemas({.adapter = "sse"})}}};
  return to.write(description::filled(assets::description_json_in, places));
}

}  // namespace slipring::sse
