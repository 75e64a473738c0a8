#include "settings.hpp"

#include <charconv>
#include <slipring/cpp/status.hpp>

#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::sse {
namespace {

using json_v1::JsonScanner;
using std::chrono::milliseconds;

[[noreturn]] void fail(std::string_view name, const std::string &what) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, std::string(name) + ": " + what);
}

std::string text_of(std::string_view json) {
  std::string arena;
  arena.reserve(json.size());
  return std::string(json_v1::unescaped(json.substr(1, json.size() - 2), arena));
}

double unit_of(std::string_view name, std::string_view unit) {
  if (unit.empty() || unit == "s") return 1000;
  if (unit == "ms") return 1;
  if (unit == "min") return 60'000;
  fail(name, "found unit \"" + std::string(unit) + "\", accepted are ms, s and min");
}

milliseconds duration_of(std::string_view name, std::string_view json) {
  const std::string text = json.starts_with('"') ? text_of(json) : std::string(json);
  double number = 0;
  const char *const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) fail(name, "found " + text + ", accepted is a duration such as 10s");
  number *= unit_of(name, {stopped, static_cast<size_t>(end - stopped)});
  if (!(number >= 1 && number <= 86'400'000)) fail(name, "accepted are 1ms to 24 hours");
  return milliseconds(static_cast<int64_t>(number));
}

void read_origins(std::string_view json, http::Cors &cors) {
  const auto add = [&](std::string_view origin) { cors.origins.push_back(text_of(origin)); };
  if (!JsonScanner(json).array(add)) fail("cors", "accepted are origins in a list");
}

void read_cors(std::string_view json, http::Cors &cors) {
  JsonScanner(json).object([&](std::string_view name, std::string_view value) {
    if (name == "origins") read_origins(value, cors);
    if (name == "credentials") cors.credentials = value == "true";
    if (name == "max_age")
      cors.max_age = std::chrono::floor<std::chrono::seconds>(duration_of("cors: max_age", value));
  });
  if (cors.allows_all() && cors.credentials) {
    fail("cors", "credentials for all origins would be those of every page; name the origins");
  }
}

}  // namespace

Settings parse_settings(std::string_view json) {
  Settings settings;
  const auto read = [&](std::string_view name, std::string_view value) {
    if (name == "heartbeat") settings.heartbeat = duration_of(name, value);
    if (name == "retry") settings.retry = duration_of(name, value);
    if (name == "stop") settings.stop = value == "true";
    if (name == "cors") read_cors(value, settings.cors);
  };
  if (!json.empty() && !JsonScanner(json).object(read)) fail("settings", "accepted is an object");
  return settings;
}

}  // namespace slipring::sse
