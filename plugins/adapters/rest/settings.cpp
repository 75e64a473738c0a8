#include "settings.hpp"

#include <slipring/cpp/status.hpp>

#include "http/text.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::rest {

namespace {

using json_v1::JsonScanner;

[[noreturn]] void fail(std::string_view name) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT,
                   "settings: " + std::string(name) + ": not what settings.schema.json accepts");
}

std::string text(std::string_view name, std::string_view json) {
  if (json.size() < 2 || json.front() != '"') fail(name);
  std::string arena;
  arena.reserve(json.size());
  return std::string(json_v1::unescaped(json.substr(1, json.size() - 2), arena));
}

uint64_t number(std::string_view name, std::string_view json) {
  const auto read = http::parse_number(json);
  if (!read) fail(name);
  return *read;
}

http::Cors read_cors(std::string_view json) {
  http::Cors cors;
  const auto read_origin = [&](std::string_view value) {
    cors.origins.push_back(text("cors.origins", value));
  };
  const auto read_member = [&](std::string_view name, std::string_view value) {
    if (name == "origins" && !JsonScanner(value).array(read_origin)) fail("cors.origins");
    if (name == "credentials") cors.credentials = value == "true";
    if (name == "max_age") cors.max_age = std::chrono::seconds(number("cors.max_age", value));
  };
  if (!JsonScanner(json).object(read_member)) fail("cors");
  if (cors.credentials && cors.allows_all()) fail("cors.credentials");
  return cors;
}

}  // namespace

Settings parse_settings(std::string_view json) {
  Settings settings;
  if (json.empty()) return settings;
  const auto read_member = [&](std::string_view name, std::string_view value) {
    if (name == "prefix") settings.prefix = text(name, value);
    if (name == "max_body") settings.max_body = number(name, value);
    if (name == "max_batch") settings.max_batch = number(name, value);
    if (name == "max_wait") settings.max_wait = number(name, value);
    if (name == "require_condition") settings.require_condition = value == "true";
    if (name == "cors") settings.cors = read_cors(value);
  };
  if (!JsonScanner(json).object(read_member)) fail("the whole");
  return settings;
}

}  // namespace slipring::rest
