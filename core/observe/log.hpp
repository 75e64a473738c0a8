// Structured log lines: an event name and fields, as text for a terminal or JSON for a collector.
//
//   observe::info("ready", {{"endpoint", name}, {"shards", 2}});
//   2026-11-21T03:30:00.123Z info  ready endpoint=public shards=2
//
// Thread-safety: everything here may be called from any thread after configure_log().
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace slipring::observe {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json };

// Sets level and format; lines go to stderr. Before the first call: info, text.
void configure_log(LogLevel level, LogFormat format);

struct Field {
  Field(std::string_view name, std::string_view text) : name(name), text(text) {}
  Field(std::string_view name, const std::string &text) : name(name), text(text) {}
  Field(std::string_view name, const char *text) : name(name), text(text) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> Field(std::string_view name, Number number)
      : name(name), text(std::to_string(number)), is_number(true) {}

  std::string name;
  std::string text;
  bool is_number = false;
};

using Fields = std::initializer_list<Field>;

void log(LogLevel level, std::string_view event, Fields fields = {});

inline void debug(std::string_view event, Fields fields = {}) {
  log(LogLevel::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  log(LogLevel::info, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  log(LogLevel::warn, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  log(LogLevel::error, event, fields);
}

// RFC 3339 in UTC, with milliseconds: "2026-11-21T03:30:00.123Z".
std::string format_time(std::chrono::system_clock::time_point time);

// The line without time and level, as the text or JSON format writes it; for tests and reports.
std::string format_text(std::string_view event, Fields fields);
std::string format_json(std::string_view level, std::string_view time, std::string_view event,
                        Fields fields);

}  // namespace slipring::observe
