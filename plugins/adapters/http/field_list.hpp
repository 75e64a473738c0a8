// Fields that are lists (RFC 9110 §5.3).
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <slipring/cpp/http.hpp>
#include <string>
#include <string_view>

namespace slipring::http {

// The values of all fields of that name, joined as a list; nothing: there is none.
std::optional<std::string> joined(const sdk::Fields &fields, std::string_view name);

}  // namespace slipring::http
