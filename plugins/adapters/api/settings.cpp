#include "settings.hpp"

#include "http/settings.hpp"
#include "json_scan.hpp"

namespace slipring::api {

Settings parse_settings(std::string_view json) {
  Settings settings;
  if (json.empty()) return settings;
  const auto read_member = [&](std::string_view name, std::string_view value) {
    if (name == "title") settings.title = http::text_setting(name, value);
    if (name == "cors") settings.cors = http::cors_setting(value);
  };
  if (!json_v1::JsonScanner(json).object(read_member)) http::fail_setting("the whole");
  return settings;
}

}  // namespace slipring::api
