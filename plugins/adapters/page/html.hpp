// HTML text.
#pragma once

#include <string>
#include <string_view>

namespace slipring::page {

// Appends `text` so that it stands for itself in an element or a quoted attribute.
void append_escaped(std::string &to, std::string_view text);

// `text` with the first `mark` in it replaced.
std::string replaced(std::string_view text, std::string_view mark, std::string_view by);

}  // namespace slipring::page
