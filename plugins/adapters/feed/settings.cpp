#include "settings.hpp"

#include <slipring/cpp/status.hpp>

#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::feed {
namespace {

using json_v1::JsonScanner;

[[noreturn]] void fail() {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT,
                   "settings: accepted: an object \"links\" with a \"topic\" for each link");
}

std::string text(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') fail();
  std::string arena;
  arena.reserve(json.size());
  return std::string(json_v1::unescaped(json.substr(1, json.size() - 2), arena));
}

void read_slipring(std::string_view json, LinkSettings &link) {
  const bool read = JsonScanner(json).object([&](std::string_view name, std::string_view value) {
    if (name == "filters") link.filters = value;
    if (name == "start") link.start = value;
  });
  if (!read) fail();
}

LinkSettings read_link(std::string_view json) {
  LinkSettings link;
  const bool read = JsonScanner(json).object([&](std::string_view name, std::string_view value) {
    if (name == "topic") link.topic = text(value);
    if (name == "type") link.type = text(value);
    if (name == "send") link.send = text(value);
    if (name == "resume") link.resume = text(value);
    if (name == "bookmark") link.bookmark = text(value);
    if (name == "slipring") read_slipring(value, link);
  });
  if (!read || link.topic.empty()) fail();
  return link;
}

}  // namespace

Settings parse_settings(std::string_view json) {
  Settings settings;
  const auto read_links = [&](std::string_view name, std::string_view value) {
    std::string arena;
    arena.reserve(name.size());
    settings[std::string(json_v1::unescaped(name, arena))] = read_link(value);
  };
  const auto read_root = [&](std::string_view name, std::string_view value) {
    if (name != "links" || !JsonScanner(value).object(read_links)) fail();
  };
  if (!json.empty() && !JsonScanner(json).object(read_root)) fail();
  return settings;
}

}  // namespace slipring::feed
