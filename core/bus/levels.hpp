// Levels: the levels of a topic or filter, one after another. "a//b" has "a", "" and "b".
//
// Thread-safety: plain value; the text outlives it.
#pragma once

#include <string_view>

namespace slipring::bus {

class Levels {
 public:
  explicit Levels(std::string_view text) : rest_(text) {}

  // Goes to the next one; false behind the last.
  bool next() {
    if (ended_) return false;
    const size_t slash = rest_.find('/');
    level_ = rest_.substr(0, slash);
    ended_ = slash == std::string_view::npos;
    if (!ended_) rest_.remove_prefix(slash + 1);
    return true;
  }
  std::string_view level() const { return level_; }

 private:
  std::string_view rest_;
  std::string_view level_;
  bool ended_ = false;
};

}  // namespace slipring::bus
