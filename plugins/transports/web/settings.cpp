#include "settings.hpp"

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <slipring/cpp/status.hpp>
#include <string>

#include "common/duration.hpp"

namespace slipring::web {
namespace {

namespace json = boost::json;

// What each key of an object does with its value.
using Readers = std::map<std::string_view, std::function<void(const json::value &)>>;

[[noreturn]] void fail(const std::string &what) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, what);
}

void read(const json::value &object, const Readers &readers) {
  for (const auto &[key, value] : object.as_object()) {
    const auto reader = readers.find(std::string_view(key.data(), key.size()));
    if (reader == readers.end()) fail("unknown setting " + std::string(key));
    reader->second(value);
  }
}

template <class Number>
auto to(Number &number) {
  return [&number](const json::value &value) { number = value.to_number<Number>(); };
}

template <class Duration>
auto to_time(std::string_view name, Duration &time) {
  return [name, &time](const json::value &value) {
    time = std::chrono::duration_cast<Duration>(websocket::parse_duration(name, value));
  };
}

auto to_text(std::string &text) {
  return [&text](const json::value &value) { text = std::string(value.as_string()); };
}

tls::Certificate read_certificate(const json::value &value) {
  tls::Certificate certificate;
  read(value,
       {{"certificate", to_text(certificate.certificate)}, {"key", to_text(certificate.key)}});
  return certificate;
}

tls::Clients read_clients(std::string_view text) {
  if (text == "ignored") return tls::Clients::ignored;
  if (text == "asked") return tls::Clients::asked;
  if (text == "required") return tls::Clients::required;
  fail("tls: clients: found \"" + std::string(text) + "\", expected ignored, asked or required");
}

tls::Settings read_tls(const json::value &value) {
  tls::Settings tls;
  read(value,
       {{"certificates",
         [&](const json::value &list) {
           for (const json::value &one : list.as_array()) {
             tls.certificates.push_back(read_certificate(one));
           }
         }},
        {"clients",
         [&](const json::value &text) {
           tls.clients = read_clients({text.as_string().data(), text.as_string().size()});
         }},
        {"client_authorities", to_text(tls.client_authorities)},
        {"minimum", [&](const json::value &text) { tls.tls12 = text.as_string() == "1.2"; }}});
  if (tls.certificates.empty()) fail("tls: certificates: at least one is needed");
  if (tls.clients != tls::Clients::ignored && tls.client_authorities.empty()) {
    fail("tls: client_authorities is needed to check what clients show");
  }
  return tls;
}

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
  return {{"head", to(http.head)},
          {"fields", to(http.fields)},
          {"target", to(http.target)},
          {"body", to(http.body)},
          {"chunk_line", to(http.chunk_line)}};
}

Readers http2_readers(Http2Limits &http2) {
  return {{"streams", to(http2.streams)},
          {"window", to(http2.window)},
          {"header_table", to(http2.header_table)},
          {"resets", to(http2.resets)},
          {"pings", to(http2.pings)},
          {"interval", to_time("http2: interval", http2.interval)}};
}

Readers websocket_readers(WebSocketLimits &websocket) {
  return {{"message", to(websocket.message)},
          {"compress", [&](const json::value &value) { websocket.compress = value.as_bool(); }},
          {"compress_from", to(websocket.compress_from)},
          {"deflate_memory", to(websocket.deflate_memory)}};
}

Readers readers_of(Settings &settings) {
  const auto object = [](auto make, auto &part) {
    return [make, &part](const json::value &value) { read(value, make(part)); };
  };
  return {{"tls", [&](const json::value &value) { settings.tls = read_tls(value); }},
          {"connections", to(settings.connections)},
          {"connections_per_address", to(settings.connections_per_address)},
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
    read(root, readers_of(settings));
  } catch (const boost::system::system_error &error) {
    fail(std::string("the settings are not what the schema says: ") + error.what());
  }
  return settings;
}

}  // namespace slipring::web
