#include "duration.hpp"

#include <boost/json.hpp>
#include <slipring/cpp/status.hpp>
#include <string>

namespace slipring::websocket {
namespace {

[[noreturn]] void fail(std::string_view name, const std::string &what) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT, std::string(name) + ": " + what);
}

double seconds_of(std::string_view name, const std::string &text) {
  std::size_t digits = 0;
  double seconds = 0;
  try {
    seconds = std::stod(text, &digits);
  } catch (const std::exception &) {
    fail(name, "found \"" + text + "\", expected a duration such as 10s");
  }
  const std::string unit = text.substr(digits);
  if (unit == "s") return seconds;
  if (unit == "ms") return seconds / 1000;
  if (unit == "min") return seconds * 60;
  fail(name, "found unit \"" + unit + "\", expected ms, s or min");
}

}  // namespace

std::chrono::milliseconds parse_duration(std::string_view name, const boost::json::value &value) {
  const auto *const text = value.if_string();
  const double seconds =
      text != nullptr ? seconds_of(name, std::string(*text)) : value.to_number<double>();
  if (!(seconds >= 0.001 && seconds <= 86400)) fail(name, "expected 1ms to 24 hours");
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace slipring::websocket
