// The files of the folder assets, compiled in (slipring_embed).
#pragma once

#include <string_view>

namespace slipring::page::assets {

// With {{version}} and {{overview}} where what runs here is put in.
extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view page_js;
extern const std::string_view page_svg;

}  // namespace slipring::page::assets
