#include "settings.hpp"

#include "http/settings.hpp"
#include "json_scan.hpp"

namespace slipring::rest {

namespace {

using json_v1::JsonScanner;

void read_rate_limit(std::string_view json, Settings &settings) {
  const auto read_member = [&](std::string_view name, std::string_view value) {
    if (name == "publishes") settings.rate_quota = http::number_setting(name, value);
    if (name == "window")
      settings.rate_window = std::chrono::seconds(http::number_setting(name, value));
  };
  const bool read = JsonScanner(json).object(read_member);
  if (!read || settings.rate_window.count() == 0) http::fail_setting("rate_limit");
}

}  // namespace

Settings parse_settings(std::string_view json) {
  Settings settings;
  if (json.empty()) return settings;
  const auto read_member = [&](std::string_view name, std::string_view value) {
    if (name == "prefix") settings.prefix = http::text_setting(name, value);
    if (name == "max_body") settings.max_body = http::number_setting(name, value);
    if (name == "max_batch") settings.max_batch = http::number_setting(name, value);
    if (name == "max_wait") settings.max_wait = http::number_setting(name, value);
    if (name == "require_condition") settings.require_condition = value == "true";
    if (name == "rate_limit") read_rate_limit(value, settings);
    if (name == "cors") settings.cors = http::cors_setting(value);
  };
  if (!JsonScanner(json).object(read_member)) http::fail_setting("the whole");
  return settings;
}

}  // namespace slipring::rest
