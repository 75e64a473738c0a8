// The files of the folder assets, compiled in (slipring_embed).
#pragma once

#include <string_view>

namespace slipring::rest::assets {

// OpenAPI, with places to be filled (describe.cpp).
extern const std::string_view openapi_json_in;

}  // namespace slipring::rest::assets
