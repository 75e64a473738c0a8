// ProgressBar: how far a long command is, on standard error.
//
//    42% [==================                        ]  421000 events, 103000/s
//
// Shown on a terminal only, ten times a second at most.
//
// Thread-safety: none.
#pragma once

#include <chrono>
#include <cstdint>

namespace slipring::command {

class ProgressBar {
 public:
  ProgressBar();
  // Takes it off the terminal.
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar &) = delete;
  ProgressBar &operator=(const ProgressBar &) = delete;

  // `of`: 0: it is not known how much there is. `unit`: of `count`, such as "events".
  void show(uint64_t done, uint64_t of, uint64_t count, const char *unit);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  const bool is_terminal_;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point shown_;
};

}  // namespace slipring::command
