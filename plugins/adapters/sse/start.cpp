#include "start.hpp"

#include <charconv>
#include <optional>

#include "fields.hpp"
#include "time_text.hpp"

namespace slipring::sse {
namespace {

bool read_time(std::string_view text, uint64_t &number) {
  const std::optional<int64_t> time = json_v1::parse_time(text);
  if (!time || *time < 0) return false;
  number = static_cast<uint64_t>(*time);
  return true;
}

}  // namespace

bool read_start(std::string_view text, sdk::Start &start) {
  constexpr std::string_view last = "last:";
  constexpr std::string_view time = "time:";
  if (text == "now") {
    start.kind = SLIPRING_START_NOW;
  } else if (text == "earliest") {
    start.kind = SLIPRING_START_EARLIEST;
  } else if (text == "retained") {
    start.kind = SLIPRING_START_RETAINED;
  } else if (text == "last-per-topic") {
    start.kind = SLIPRING_START_LAST_PER_TOPIC;
  } else if (text.starts_with(last)) {
    start.kind = SLIPRING_START_LAST;
    return json_v1::parse_number(text.substr(last.size()), json_v1::largest_number, start.number) &&
           start.number > 0;
  } else if (text.starts_with(time)) {
    start.kind = SLIPRING_START_TIME;
    return read_time(text.substr(time.size()), start.number);
  } else {
    return false;
  }
  return true;
}

bool is_selection(const sdk::Start &start) noexcept {
  return start.kind == SLIPRING_START_RETAINED || start.kind == SLIPRING_START_LAST_PER_TOPIC;
}

}  // namespace slipring::sse
