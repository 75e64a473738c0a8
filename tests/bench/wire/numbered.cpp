#include "wire/numbered.hpp"

#include <array>

namespace slipring::bench {
namespace {

constexpr int connection_digits = 6;
constexpr int sequence_digits = 10;
constexpr int due_digits = 16;

char *write_hex(char *to, uint64_t value, int digits) {
  for (int i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
  return to + digits;
}

constexpr uint8_t no_digit = 0x80;

// The value of a hexadecimal digit; of anything else, no_digit.
constexpr auto values = [] {
  std::array<uint8_t, 256> table{};
  table.fill(no_digit);
  for (uint8_t i = 0; i < 16; ++i) table[static_cast<uint8_t>("0123456789abcdef"[i])] = i;
  return table;
}();

bool read_hex(const char *&from, int digits, uint64_t &value) {
  value = 0;
  uint8_t seen = 0;
  for (const char *const end = from + digits; from != end; ++from) {
    const uint8_t digit = values[static_cast<uint8_t>(*from)];
    seen |= digit;
    value = value << 4 | digit;
  }
  return (seen & no_digit) == 0;
}

}  // namespace

NumberedMessages::NumberedMessages(size_t size) : message_(size, 'x') {
  message_.front() = '#';
  message_.back() = ';';
}

std::string_view NumberedMessages::write(const Number &number) {
  char *to = write_hex(message_.data() + 1, number.connection, connection_digits);
  to = write_hex(to, number.sequence, sequence_digits);
  write_hex(to, number.due, due_digits);
  return message_;
}

bool NumberedMessages::read(std::string_view answer, Number &number) const {
  const size_t begin = answer.find('#');
  if (begin == std::string_view::npos || answer.size() - begin < message_.size()) return false;
  const std::string_view found = answer.substr(begin, message_.size());
  const char *from = found.data() + 1;
  uint64_t connection;
  if (!read_hex(from, connection_digits, connection) ||
      !read_hex(from, sequence_digits, number.sequence) ||
      !read_hex(from, due_digits, number.due)) {
    return false;
  }
  number.connection = static_cast<uint32_t>(connection);
  const std::string_view filling = std::string_view(message_).substr(smallest - 1);
  return found.substr(smallest - 1) == filling;
}

Ledger::Arrival Ledger::out_of_order(uint64_t sequence, uint64_t sent) {
  if (sequence > expected_ && sequence < sent) {
    while (expected_ < sequence) skipped_.insert(skipped_.end(), expected_++);
    ++expected_;
    return Arrival::in_order;
  }
  if (skipped_.erase(sequence) != 0) {
    ++reordered_;
    return Arrival::late;
  }
  ++doubled_;
  return Arrival::doubled;
}

}  // namespace slipring::bench
