// What runs here (slipring/ext/overview.h) as HTML: a table for each list of the JSON object.
#pragma once

#include <string>
#include <string_view>

namespace slipring::page {

struct OverviewHtml {
  std::string version;  // of the host; not escaped
  std::string tables;
};

// Of JSON that the host has made; what is not as expected is left out.
OverviewHtml to_html(std::string_view overview);

}  // namespace slipring::page
