// Validators of what is served: entity tags and what clients ask with them (RFC 9110 §8.8.3,
// §13.1.2).
#pragma once

#include <string>
#include <string_view>

namespace slipring::page {

// A strong entity tag, with its quotes: the same for the same bytes.
std::string entity_tag(std::string_view content);

// Whether the value of an If-None-Match names `tag`, compared weakly; "*" names any.
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace slipring::page
