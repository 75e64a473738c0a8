// The files of the folder assets, compiled in (embed.cmake).
#pragma once

#include <string_view>

namespace slipring::page::assets {

// With {{version}} and {{overview}} where what runs here is put in.
extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view page_js;

}  // namespace slipring::page::assets
