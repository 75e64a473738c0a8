#include "settings.hpp"

#include <boost/json.hpp>
#include <slipring/cpp/status.hpp>

namespace slipring::websocket {
namespace {

namespace json = boost::json;

[[noreturn]] void fail(const std::string &what) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, what);
}

// Seconds as a number, or text with a unit: "250ms", "2s", "5min".
Clock::duration duration(std::string_view name, const json::value &value) {
  double seconds = 0;
  if (const auto *text = value.if_string()) {
    const std::string copy(*text);
    std::size_t digits = 0;
    try {
      seconds = std::stod(copy, &digits);
    } catch (const std::exception &) {
      fail(std::string(name) + ": found \"" + copy + "\", expected a duration such as 10s");
    }
    const std::string unit = copy.substr(digits);
    if (unit == "ms") {
      seconds /= 1000;
    } else if (unit == "min") {
      seconds *= 60;
    } else if (unit != "s") {
      fail(std::string(name) + ": found unit \"" + unit + "\", expected ms, s or min");
    }
  } else {
    seconds = value.to_number<double>();
  }
  if (!(seconds >= 0.001 && seconds <= 86400)) {
    fail(std::string(name) + ": expected 1ms to 24 hours");
  }
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

Settings Settings::parse(std::string_view text) {
  Settings settings;
  if (text.empty()) return settings;
  json::error_code error;
  const json::value root = json::parse({text.data(), text.size()}, error);
  if (error || !root.is_object()) fail("the settings are not a JSON object");
  for (const auto &[key, value] : root.as_object()) {
    const std::string_view name(key.data(), key.size());
    if (name == "handshake_timeout") {
      settings.handshake_timeout = duration(name, value);
    } else if (name == "handshake_limit") {
      settings.handshake_limit = value.to_number<std::size_t>();
    } else if (name == "ping_interval") {
      settings.liveness.ping_interval = duration(name, value);
    } else if (name == "pong_timeout") {
      settings.liveness.pong_timeout = duration(name, value);
    } else if (name == "close_timeout") {
      settings.liveness.close_timeout = duration(name, value);
    } else {
      fail("unknown setting " + std::string(name));
    }
  }
  // libwebsockets gives up on a closing handshake after 5 seconds of its own.
  if (settings.liveness.close_timeout > std::chrono::seconds(5)) {
    fail("close_timeout: at most 5s");
  }
  return settings;
}

}  // namespace slipring::websocket
