// InputLines: a file or standard input, line by line.
//
// One line is in memory at a time, and what was read with it.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::command {

class InputLines {
 public:
  static Result<InputLines> open(const std::string &file);
  InputLines(InputLines &&other) noexcept;
  InputLines &operator=(InputLines &&) = delete;
  ~InputLines();

  // Without its end; valid until the next call. Nothing: it has ended. CANCELLED: a signal came
  // while it waited.
  Result<std::optional<std::string_view>> next();

  // next() does not wait.
  bool has_line() const { return ended_ || read_.find('\n', used_) != std::string::npos; }

  uint64_t taken() const { return taken_; }  // bytes of the lines given so far
  uint64_t size() const { return size_; }    // 0: not known, as of a pipe

 private:
  InputLines(std::string name, int fd, uint64_t size)
      : name_(std::move(name)), fd_(fd), size_(size) {}
  Status read_more();

  std::string name_;
  int fd_;
  uint64_t size_;
  uint64_t taken_ = 0;
  std::string read_;
  size_t used_ = 0;  // bytes at its front that were given
  bool ended_ = false;
};

}  // namespace slipring::command
