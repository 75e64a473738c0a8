#include "settings.hpp"

#include <boost/json.hpp>
#include <slipring/cpp/status.hpp>

#include "common/duration.hpp"

namespace slipring::websocket {
namespace {

namespace json = boost::json;

[[noreturn]] void fail(const std::string &what) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, what);
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
      settings.handshake_timeout = parse_duration(name, value);
    } else if (name == "handshake_limit") {
      settings.handshake_limit = value.to_number<std::size_t>();
    } else if (name == "ping_interval") {
      settings.liveness.ping_interval = parse_duration(name, value);
    } else if (name == "pong_timeout") {
      settings.liveness.pong_timeout = parse_duration(name, value);
    } else if (name == "close_timeout") {
      settings.liveness.close_timeout = parse_duration(name, value);
    } else if (name == "tls") {
      settings.tls = tls::Settings::read(value);
      settings.tls->http2 = false;
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
