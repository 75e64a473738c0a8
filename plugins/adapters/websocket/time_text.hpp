// Points in time as text: RFC 3339, in nanoseconds since 1970, UTC. From 1678 to 2261: years that
// 64 bits hold whole.
//
// Thread-safety: one thread for each writer; the function is pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipring::json_v1 {

// "2026-11-21T09:30:00Z", with 1 to 9 digits of a fraction, and with an offset instead of Z. Finer
// fractions, leap seconds and lower case are not read.
std::optional<int64_t> parse_time(std::string_view text) noexcept;

// Writes points in time in UTC, with 9 digits of the fraction, or none when it is 0. Remembers the
// last second it has written, because the next one is mostly the same.
class TimeWriter {
 public:
  void append(std::string &to, int64_t nanoseconds);

 private:
  static constexpr size_t size_ = 19;  // up to the seconds

  int64_t second_ = 0;
  std::array<char, size_> text_ = {'1', '9', '7', '0', '-', '0', '1', '-', '0', '1',
                                   'T', '0', '0', ':', '0', '0', ':', '0', '0'};
};

}  // namespace slipring::json_v1
