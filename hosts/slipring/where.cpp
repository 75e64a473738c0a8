#include "where.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <string>

#include "base/units.hpp"
#include "event/position.hpp"
#include "event/time_text.hpp"

namespace slipring::command {

namespace json = boost::json;

namespace {

Result<json::value> last(std::string_view digits) {
  int64_t count = 0;
  const char *const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, count);
  if (error == std::errc() && stopped == end && count > 0) {
    return json::value(json::object{{"last", count}});
  }
  return Status::invalid("found \"last " + std::string(digits) + "\", accepted: last 10");
}

Result<json::value> after(std::string_view text) {
  json::array positions;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view position = text.substr(begin, end - begin);
    if (const auto parsed = event::parse_position(position); !parsed) return parsed.status();
    positions.emplace_back(position);
    begin = end + 1;
  }
  return json::value(json::object{{"after", std::move(positions)}});
}

json::value at_time(int64_t unix_ns) {
  return json::object{{"time", event::print_time(unix_ns)}};
}

}  // namespace

Result<json::value> parse_where(std::string_view text) {
  constexpr std::string_view last_prefix = "last ";
  for (const std::string_view word : {"now", "earliest", "retained", "last per topic"}) {
    if (text == word) return json::value(word);
  }
  if (text.starts_with(last_prefix)) return last(text.substr(last_prefix.size()));
  if (text.find('@') != std::string_view::npos) return after(text);
  if (const auto time = event::parse_time(text)) return at_time(*time);
  if (const auto ago = parse_duration(text)) {
    const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    return at_time((now - *ago).count());
  }
  return Status::invalid("found \"" + std::string(text) +
                         "\", accepted: earliest, last 10, 2026-11-21T09:30:00Z, 15min (ago), a "
                         "position such as default@5f3a9c1e00000001:17, or several with commas, "
                         "retained, last per topic, now");
}

}  // namespace slipring::command
