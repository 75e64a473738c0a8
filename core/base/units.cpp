#include "base/units.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace slipring {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

template <size_t N>
const Unit *find_unit(const std::array<Unit, N> &units, std::string_view name) {
  for (const Unit &unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// Splits "12.5ms" into the number and the rest; false when it does not start with a number.
bool split_number(std::string_view text, double &number, std::string_view &rest) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return false;
  rest = text.substr(static_cast<size_t>(end - text.data()));
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return true;
}

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

}  // namespace

Result<uint64_t> parse_size(std::string_view text) {
  static constexpr std::array<Unit, 5> units = {
      {{"", 1}, {"B", 1}, {"KiB", 1024}, {"MiB", 1024.0 * 1024}, {"GiB", 1024.0 * 1024 * 1024}}};
  double number = 0;
  std::string_view rest;
  const Unit *unit = split_number(text, number, rest) ? find_unit(units, rest) : nullptr;
  if (unit == nullptr || number * unit->factor > 1e18) {
    return Status::invalid(quoted(text) + " is no size; accepted: 65536, 64KiB, 1MiB, 2GiB");
  }
  return static_cast<uint64_t>(number * unit->factor);
}

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  static constexpr std::array<Unit, 6> units = {
      {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
  double number = 0;
  std::string_view rest;
  const Unit *unit = split_number(text, number, rest) ? find_unit(units, rest) : nullptr;
  if (unit == nullptr || number * unit->factor > 9e18) {
    return Status::invalid(quoted(text) +
                           " is no duration; accepted: 300us, 20ms, 30s, 5min, 1h, 7d");
  }
  return std::chrono::nanoseconds(static_cast<int64_t>(number * unit->factor));
}

Result<double> parse_share(std::string_view text) {
  double number = 0;
  std::string_view rest;
  if (!split_number(text, number, rest) || rest != "%" || number > 100) {
    return Status::invalid(quoted(text) + " is no share; accepted: 0% to 100%");
  }
  return number / 100;
}

}  // namespace slipring
