// Numbered messages: what makes a lost, doubled, reordered or altered one visible, whatever the
// server wraps around it.
//
// A message is `#CCCCCC SSSSSSSSSS TTTTTTTTTTTTTTTT` without the spaces, filled with 'x' and ended
// with ';': connection, number on that connection, and the time it was due in nanoseconds, all in
// hexadecimal. An adapter that answers with the message in an envelope keeps it recognisable.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace slipring::bench {

struct Number {
  uint32_t connection = 0;
  uint64_t sequence = 0;
  uint64_t due = 0;
};

class NumberedMessages {
 public:
  static constexpr size_t smallest = 1 + 6 + 10 + 16 + 1;

  // REQUIRES: size >= smallest.
  explicit NumberedMessages(size_t size);

  // Valid until the next call.
  std::string_view write(const Number &number);
  // False: `answer` does not contain a whole message of ours.
  bool read(std::string_view answer, Number &number) const;

 private:
  std::string message_;
};

// What arrived of one sequence of numbered messages, in the light of how many were sent.
class Ledger {
 public:
  enum class Arrival : uint8_t { in_order, late, doubled };

  // Counts the arrival of `sequence`, when `sent` have been sent. What was never sent is doubled
  // too.
  Arrival arrived(uint64_t sequence, uint64_t sent) {
    if (sequence != expected_) return out_of_order(sequence, sent);
    ++expected_;
    return Arrival::in_order;
  }

  uint64_t outstanding(uint64_t sent) const { return sent - expected_ + skipped_.size(); }
  uint64_t doubled() const { return doubled_; }
  uint64_t reordered() const { return reordered_; }

 private:
  Arrival out_of_order(uint64_t sequence, uint64_t sent);

  uint64_t expected_ = 0;
  uint64_t doubled_ = 0;
  uint64_t reordered_ = 0;
  std::set<uint64_t> skipped_;
};

}  // namespace slipring::bench
