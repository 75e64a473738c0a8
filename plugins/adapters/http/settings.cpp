#include "http/settings.hpp"

#include <slipring/cpp/status.hpp>

#include "http/text.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::http {

using json_v1::JsonScanner;

void fail_setting(std::string_view name) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT,
                   "settings: " + std::string(name) + ": not what settings.schema.json accepts");
}

std::string text_setting(std::string_view name, std::string_view json) {
  if (json.size() < 2 || json.front() != '"') fail_setting(name);
  std::string arena;
  arena.reserve(json.size());
  return std::string(json_v1::unescaped(json.substr(1, json.size() - 2), arena));
}

uint64_t number_setting(std::string_view name, std::string_view json) {
  const auto read = parse_number(json);
  if (!read) fail_setting(name);
  return *read;
}

Cors cors_setting(std::string_view json) {
  Cors cors;
  const auto read_origin = [&](std::string_view value) {
    cors.origins.push_back(text_setting("cors.origins", value));
  };
  const auto read_member = [&](std::string_view name, std::string_view value) {
    if (name == "origins" && !JsonScanner(value).array(read_origin)) fail_setting("cors.origins");
    if (name == "credentials") cors.credentials = value == "true";
    if (name == "max_age") cors.max_age = std::chrono::seconds(number_setting("max_age", value));
  };
  if (!JsonScanner(json).object(read_member)) fail_setting("cors");
  if (cors.credentials && cors.allows_all()) fail_setting("cors.credentials");
  return cors;
}

}  // namespace slipring::http
