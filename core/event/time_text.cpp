#include "event/time_text.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace slipring::event {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr size_t fraction_digits = 9;
constexpr int64_t a_second = 1'000'000'000;

// Takes fixed parts off the front of a text; once one is missing, all others are.
class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) {}

  bool sound() const { return sound_; }
  bool at_end() const { return rest_.empty(); }

  // A number of exactly `digits` digits, from `low` to `high`.
  int number(size_t digits, int low, int high) {
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size() || !is_digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value >= low && value <= high ? value : fail();
  }

  // One character out of `accepted`.
  char one_of(std::string_view accepted) {
    if (rest_.empty() || accepted.find(rest_.front()) == std::string_view::npos) {
      fail();
      return '\0';
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  // ".5" and so on, or nothing.
  nanoseconds fraction() {
    if (!rest_.starts_with('.')) return nanoseconds(0);
    rest_.remove_prefix(1);
    int64_t value = 0;
    size_t digits = 0;
    for (; !rest_.empty() && is_digit(rest_.front()); rest_.remove_prefix(1)) {
      if (++digits <= fraction_digits) value = value * 10 + (rest_.front() - '0');
    }
    if (digits == 0) fail();
    for (; digits < fraction_digits; ++digits) value *= 10;
    return nanoseconds(value);
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  int fail() {
    sound_ = false;
    return 0;
  }

  std::string_view rest_;
  bool sound_ = true;
};

sys_days parse_date(Parts &parts, bool &exists) {
  const int year = parts.number(4, 0, 9999);
  parts.one_of("-");
  const auto month = static_cast<unsigned>(parts.number(2, 1, 12));
  parts.one_of("-");
  const auto day = static_cast<unsigned>(parts.number(2, 1, 31));
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  exists = date.ok();
  return exists ? sys_days(date) : sys_days();
}

// Second 60 is a leap second, and the same instant as the one that follows.
seconds parse_clock(Parts &parts) {
  const int hour = parts.number(2, 0, 23);
  parts.one_of(":");
  const int minute = parts.number(2, 0, 59);
  parts.one_of(":");
  const int second = parts.number(2, 0, 60);
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
}

seconds parse_offset(Parts &parts) {
  const char sign = parts.one_of("Zz+-");
  if (sign != '+' && sign != '-') return seconds(0);
  const int hour = parts.number(2, 0, 23);
  parts.one_of(":");
  const int minute = parts.number(2, 0, 59);
  const seconds offset = std::chrono::hours(hour) + std::chrono::minutes(minute);
  return sign == '+' ? offset : -offset;
}

}  // namespace

std::string print_time(int64_t unix_ns) {
  // Rounded by hand: floor() would leave the range of nanoseconds at its lower end.
  const bool before = unix_ns % a_second < 0;
  const std::chrono::sys_seconds second{seconds(unix_ns / a_second - (before ? 1 : 0))};
  const auto fraction = static_cast<int>(unix_ns % a_second + (before ? a_second : 0));
  const auto day = floor<days>(second);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(second - day);
  std::array<char, 64> text;
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ",
                    static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                    static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                    static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), fraction);
  return {text.data(), static_cast<size_t>(size)};
}

Result<int64_t> parse_time(std::string_view text) {
  const auto invalid = [&](const char *found) {
    return Status::invalid(std::string(found) +
                           ", accepted is RFC 3339 as in 2026-11-21T09:30:00.5Z");
  };
  Parts parts(text);
  bool exists = false;
  const sys_days date = parse_date(parts, exists);
  parts.one_of("Tt");
  const seconds clock = parse_clock(parts);
  const nanoseconds fraction = parts.fraction();
  const seconds offset = parse_offset(parts);
  if (!parts.sound() || !parts.at_end()) return invalid("is no date and time");
  if (!exists) return invalid("is a date that does not exist");
  const seconds since_1970 = date.time_since_epoch() + clock - offset;
  int64_t whole = since_1970.count();
  int64_t rest = fraction.count();
  if (whole < 0 && rest > 0) {
    // Both on the same side of 0, so that no step leaves a range which the sum does not.
    whole += 1;
    rest -= a_second;
  }
  int64_t unix_ns = 0;
  if (__builtin_mul_overflow(whole, a_second, &unix_ns) ||
      __builtin_add_overflow(unix_ns, rest, &unix_ns)) {
    return invalid("is outside of 1677 to 2262");
  }
  return unix_ns;
}

}  // namespace slipring::event
