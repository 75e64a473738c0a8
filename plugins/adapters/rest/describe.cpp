// What is answered at a mount, for OpenAPI: the document is a file, assets/openapi.json.in, with
// places for what depends on the mount and on settings.
#include <array>

#include "assets.hpp"
#include "description/template.hpp"
#include "shard.hpp"

namespace slipring::rest {

// A mount that is not below `prefix` answers nothing but 404.
sdk::Status Shard::describe(std::string_view path, sdk::Writer &to) const {
  if (!path.starts_with(settings.prefix) || path == settings.prefix) return SLIPRING_UNIMPLEMENTED;
  const description::MountPath mount = description::mount_path(path, "topic");
  const std::string topic =
      mount.has_parameter ? R"({ "$ref": "#/components/parameters/rest.topic" })" : "";
  const std::array<description::Place, 5> places = {
      {{"path", mount.path},
       {"topic", topic},
       {"max_body", std::to_string(settings.max_body)},
       {"max_batch", std::to_string(settings.max_batch)},
       {"max_wait", std::to_string(settings.max_wait)}}};
  return to.write(description::filled(assets::openapi_json_in, places));
}

}  // namespace slipring::rest
