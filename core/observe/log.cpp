#include "observe/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <memory>

namespace slipring::observe {
namespace {

std::atomic<LogFormat> current_format = LogFormat::text;

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

std::string_view level_name(LogLevel level) {
  static constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
  return names[static_cast<size_t>(level)];
}

spdlog::logger &logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("slipring",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

void configure_log(LogLevel level, LogFormat format) {
  logger().set_level(spdlog_level(level));
  current_format = format;
}

std::string format_time(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     milliseconds);
}

std::string format_text(std::string_view event, Fields fields) {
  std::string line(event);
  for (const Field &field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    // JSON's string form also escapes what could forge a line or steer a terminal.
    line += needs_quotes(field.text) ? boost::json::serialize(boost::json::string(field.text))
                                     : field.text;
  }
  return line;
}

std::string format_json(std::string_view level, std::string_view time, std::string_view event,
                        Fields fields) {
  boost::json::object line{
      {"time", std::string(time)}, {"level", std::string(level)}, {"event", std::string(event)}};
  for (const Field &field : fields) {
    if (field.is_number) {
      line[field.name] = boost::json::parse(field.text);
    } else {
      line[field.name] = field.text;
    }
  }
  return boost::json::serialize(line);
}

void log(LogLevel level, std::string_view event, Fields fields) {
  spdlog::logger &out = logger();
  const auto native = spdlog_level(level);
  if (!out.should_log(native)) return;
  if (current_format == LogFormat::json) {
    out.log(native, format_json(level_name(level), format_time(std::chrono::system_clock::now()),
                                event, fields));
  } else {
    out.log(native, fmt::format("{} {:<5} {}", format_time(std::chrono::system_clock::now()),
                                level_name(level), format_text(event, fields)));
  }
}

}  // namespace slipring::observe
