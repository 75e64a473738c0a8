// The files of the folder assets, compiled in (slipring_embed): JSON Schemas, with places to be
// filled.
#pragma once

#include <string_view>

namespace slipring::json_v1::assets {

// An object with those of subscribed, event, gap and what they are made of.
extern const std::string_view events_json_in;
// More members of it: the other messages that the server sends.
extern const std::string_view answers_json_in;

}  // namespace slipring::json_v1::assets
