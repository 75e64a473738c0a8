// Entity tags, and what clients ask with them (RFC 9110 §8.8.3, §13.1).
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace slipring::http {

// A strong entity tag, with its quotes: the same for the same bytes.
std::string entity_tag(std::string_view content);

// Whether a list of entity tags names `tag`, which has its quotes and no comma; "*" names any.
// Strong comparison: a weak one names none (RFC 9110 §8.8.3.2).
enum class Comparison { strong, weak };
bool names_tag(std::string_view list, std::string_view tag, Comparison comparison) noexcept;

}  // namespace slipring::http
