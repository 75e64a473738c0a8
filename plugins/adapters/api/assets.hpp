// The files of the folder assets, compiled in (slipring_embed).
#pragma once

#include <string_view>

namespace slipring::api::assets {

// What this adapter says of its own mounts.
extern const std::string_view openapi_json_in;

}  // namespace slipring::api::assets
