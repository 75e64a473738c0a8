#include "event/position.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace slipring::event {
namespace {

constexpr size_t epoch_digits = 16;

bool is_hexadecimal(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// One text for each number: no sign, no zero in front.
bool parse_sequence(std::string_view text, uint64_t &sequence) {
  if (text.empty() || (text.front() == '0' && text.size() > 1)) return false;
  const char *end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, sequence);
  return error == std::errc() && stopped == end;
}

}  // namespace

bool is_stream_name(std::string_view name) {
  if (name.empty() || name.size() > max_stream_name_size) return false;
  if (name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

size_t print_position(std::string_view stream, uint64_t epoch, uint64_t sequence,
                      std::span<char> to) {
  static constexpr char digits[] = "0123456789abcdef";
  char *at = std::copy(stream.begin(), stream.end(), to.data());
  *at++ = '@';
  for (size_t i = 0; i < epoch_digits; ++i) *at++ = digits[epoch >> (60 - 4 * i) & 15];
  *at++ = ':';
  at = std::to_chars(at, to.data() + to.size(), sequence).ptr;
  return static_cast<size_t>(at - to.data());
}

Result<ParsedPosition> parse_position(std::string_view text) {
  const auto invalid = [](const char *found) {
    return Status::invalid(std::string("position: ") + found +
                           ", accepted is stream@epoch:sequence as in "
                           "default@5f3a9c1e00000001:1234");
  };
  ParsedPosition position;
  const size_t at = text.find('@');
  position.name = text.substr(0, at);
  if (at == std::string_view::npos) return invalid("has no @");
  if (!is_stream_name(position.name)) return invalid("does not begin with the name of a stream");
  text.remove_prefix(at + 1);
  const std::string_view epoch = text.substr(0, epoch_digits);
  if (epoch.size() < epoch_digits || !is_hexadecimal(epoch)) {
    return invalid("has no epoch of 16 digits 0-9 and a-f");
  }
  std::from_chars(epoch.data(), epoch.data() + epoch.size(), position.epoch, 16);
  text.remove_prefix(epoch_digits);
  if (!text.starts_with(':')) return invalid("has no : behind the epoch");
  if (!parse_sequence(text.substr(1), position.sequence)) {
    return invalid("its sequence is no decimal number below 2^64");
  }
  return position;
}

}  // namespace slipring::event
