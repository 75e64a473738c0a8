#include "load/numbered.hpp"

namespace slipring::bench {
namespace {

constexpr int connection_digits = 6;
constexpr int sequence_digits = 10;
constexpr int due_digits = 16;

char *write_hex(char *to, uint64_t value, int digits) {
  for (int i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
  return to + digits;
}

bool read_hex(const char *&from, int digits, uint64_t &value) {
  value = 0;
  for (const char *const end = from + digits; from != end; ++from) {
    const bool is_digit = *from >= '0' && *from <= '9';
    if (!is_digit && (*from < 'a' || *from > 'f')) return false;
    value = value << 4 | static_cast<uint64_t>(is_digit ? *from - '0' : *from - 'a' + 10);
  }
  return true;
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

bool Ledger::answered(uint64_t sequence) {
  if (sequence == expected_) {
    ++expected_;
    return true;
  }
  if (sequence > expected_ && sequence < sent_) {
    while (expected_ < sequence) skipped_.insert(expected_++);
    ++expected_;
    return true;
  }
  ++(skipped_.erase(sequence) != 0 ? reordered_ : doubled_);
  return false;
}

}  // namespace slipring::bench
