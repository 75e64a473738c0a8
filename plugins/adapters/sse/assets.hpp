// The files of the folder assets, compiled in (slipring_embed).
#pragma once

#include <string_view>

namespace slipring::sse::assets {

// OpenAPI and AsyncAPI, with places to be filled (describe.cpp).
extern const std::string_view description_json_in;

}  // namespace slipring::sse::assets
