// Reading a plugin's settings, which the host has held against the plugin's JSON Schema before.
//
// Everything throws sdk::Error with INVALID_ARGUMENT, or boost::system::system_error where a value
// has another shape than the schema says.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/duration.hpp"

namespace slipring::settings {

namespace json = boost::json;

// What each key of an object does with its value.
using Readers = std::map<std::string_view, std::function<void(const json::value &)>>;

// Refuses a key that has no reader.
void read(const json::value &object, const Readers &readers);

[[noreturn]] void fail(const std::string &what);

inline auto to_text(std::string &text) {
  return [&text](const json::value &value) { text = std::string(value.as_string()); };
}

inline auto to_flag(bool &flag) {
  return [&flag](const json::value &value) { flag = value.as_bool(); };
}

template <class Number>
auto to_number(Number &number) {
  return [&number](const json::value &value) { number = value.to_number<Number>(); };
}

template <class Duration>
auto to_time(std::string_view name, Duration &time) {
  return [name, &time](const json::value &value) {
    time = std::chrono::duration_cast<Duration>(websocket::parse_duration(name, value));
  };
}

}  // namespace slipring::settings
