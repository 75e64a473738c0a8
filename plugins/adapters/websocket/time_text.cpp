#include "time_text.hpp"

#include <chrono>

namespace slipring::json_v1 {

namespace {

constexpr int64_t second = 1'000'000'000;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Reads fixed fields from the front; `ok` turns false at the first that is not there.
struct Reader {
  int digits(int count) noexcept {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (rest.empty() || !is_digit(rest.front())) {
        ok = false;
        return 0;
      }
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }
  bool skip(char c) noexcept {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) noexcept { ok = skip(c) && ok; }

  std::string_view rest;
  bool ok = true;
};

int read_fraction(Reader &reader) noexcept {
  if (!reader.skip('.')) return 0;
  int nanoseconds = 0;
  int count = 0;
  while (!reader.rest.empty() && is_digit(reader.rest.front()) && count < 9) {
    nanoseconds = nanoseconds * 10 + reader.digits(1);
    ++count;
  }
  reader.ok = reader.ok && count > 0;
  for (; count < 9; ++count) nanoseconds *= 10;
  return nanoseconds;
}

int read_offset_minutes(Reader &reader) noexcept {
  if (reader.skip('Z')) return 0;
  const int sign = reader.rest.starts_with('-') ? -1 : 1;
  if (!reader.skip('+')) reader.expect('-');
  const int hours = reader.digits(2);
  reader.expect(':');
  const int minutes = reader.digits(2);
  reader.ok = reader.ok && hours < 24 && minutes < 60;
  return sign * (hours * 60 + minutes);
}

// `count` digits, the last ones of `value`.
char *put_digits(char *to, uint32_t value, int count) noexcept {
  for (int i = count; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
  return to + count;
}

char *put_field(char *to, char before, unsigned value) noexcept {
  *to = before;
  return put_digits(to + 1, value, 2);
}

void put_second(char *to, int64_t since_1970) noexcept {
  using namespace std::chrono;
  const sys_seconds time{seconds(since_1970)};
  const sys_days today = floor<days>(time);
  const year_month_day date(today);
  const hh_mm_ss<seconds> of_day(time - today);
  to = put_digits(to, static_cast<uint32_t>(static_cast<int>(date.year())), 4);
  to = put_field(to, '-', static_cast<unsigned>(date.month()));
  to = put_field(to, '-', static_cast<unsigned>(date.day()));
  to = put_field(to, 'T', static_cast<unsigned>(of_day.hours().count()));
  to = put_field(to, ':', static_cast<unsigned>(of_day.minutes().count()));
  put_field(to, ':', static_cast<unsigned>(of_day.seconds().count()));
}

}  // namespace

std::optional<int64_t> parse_time(std::string_view text) noexcept {
  using namespace std::chrono;
  Reader reader{text};
  const int y = reader.digits(4);
  reader.expect('-');
  const int m = reader.digits(2);
  reader.expect('-');
  const int d = reader.digits(2);
  reader.expect('T');
  const int hour = reader.digits(2);
  reader.expect(':');
  const int minute = reader.digits(2);
  reader.expect(':');
  const int sec = reader.digits(2);
  const int fraction = read_fraction(reader);
  const int offset = read_offset_minutes(reader);
  const year_month_day date(year(y), month(static_cast<unsigned>(m)),
                            day(static_cast<unsigned>(d)));
  if (!reader.ok || !reader.rest.empty() || !date.ok() || hour > 23 || minute > 59 || sec > 59)
    return std::nullopt;
  // A day off at each end, so that nothing overflows.
  if (y < 1678 || y > 2261) return std::nullopt;
  const int64_t days = sys_days(date).time_since_epoch().count();
  const int64_t seconds = days * 86400 + hour * 3600 + (minute - offset) * 60 + sec;
  return seconds * second + fraction;
}

void TimeWriter::append(std::string &to, int64_t nanoseconds) {
  int64_t since_1970 = nanoseconds / second;
  int64_t fraction = nanoseconds % second;
  if (fraction < 0) {
    fraction += second;
    --since_1970;
  }
  if (since_1970 != second_) {
    put_second(text_.data(), since_1970);
    second_ = since_1970;
  }
  to.append(text_.data(), text_.size());
  if (fraction != 0) {
    char digits[10] = {'.'};
    put_digits(digits + 1, static_cast<uint32_t>(fraction), 9);
    to.append(digits, sizeof digits);
  }
  to += 'Z';
}

}  // namespace slipring::json_v1
