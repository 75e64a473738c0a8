#include "settings.hpp"

#include <string>

#include "common/json_settings.hpp"

namespace slipring::web {
namespace {

namespace json = boost::json;
using settings::Readers;
using settings::to_flag;
using settings::to_number;
using settings::to_time;

Readers times_readers(Times &times) {
  return {{"tls", to_time("times: tls", times.tls)},
          {"head", to_time("times: head", times.head)},
          {"body", to_time("times: body", times.body)},
          {"idle", to_time("times: idle", times.idle)},
          {"ping_interval", to_time("times: ping_interval", times.ping_interval)},
          {"pong", to_time("times: pong", times.pong)},
          {"close", to_time("times: close", times.close)}};
}

Readers http_readers(HttpLimits &http) {
  return {{"head", to_number(http.head)},
          {"fields", to_number(http.fields)},
          {"target", to_number(http.target)},
          {"body", to_number(http.body)},
          {"chunk_line", to_number(http.chunk_line)}};
}

Readers http2_readers(Http2Limits &http2) {
  return {{"streams", to_number(http2.streams)},
          {"window", to_number(http2.window)},
          {"header_table", to_number(http2.header_table)},
          {"resets", to_number(http2.resets)},
          {"pings", to_number(http2.pings)},
          {"interval", to_time("http2: interval", http2.interval)}};
}

Readers websocket_readers(WebSocketLimits &websocket) {
  return {{"message", to_number(websocket.message)},
          {"compress", to_flag(websocket.compress)},
          {"compress_from", to_number(websocket.compress_from)},
          {"deflate_memory", to_number(websocket.deflate_memory)}};
}

Readers readers_of(Settings &settings) {
  const auto object = [](auto make, auto &part) {
    return [make, &part](const json::value &value) { settings::read(value, make(part)); };
  };
  return {{"tls", [&](const json::value &value) { settings.tls = tls::Settings::read(value); }},
          {"connections", to_number(settings.connections)},
          {"connections_per_address", to_number(settings.connections_per_address)},
          {"times", object(&times_readers, settings.times)},
          {"http", object(&http_readers, settings.http)},
          {"http2", object(&http2_readers, settings.http2)},
          {"websocket", object(&websocket_readers, settings.websocket)}};
}

}  // namespace

Settings Settings::parse(std::string_view text) {
  Settings settings;
  if (text.empty()) return settings;
  try {
    const json::value root = json::parse({text.data(), text.size()});
    settings::read(root, readers_of(settings));
  } catch (const boost::system::system_error &error) {
    settings::fail(std::string("the settings are not what the schema says: ") + error.what());
  }
  return settings;
}

}  // namespace slipring::web
