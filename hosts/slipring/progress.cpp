#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace slipring::command {

namespace {

constexpr auto interval = std::chrono::milliseconds(100);
constexpr size_t width = 40;
constexpr const char *clear_line = "\r\x1b[K";

std::string bar(uint64_t done, uint64_t of) {
  const double share =
      std::min(1.0, static_cast<double>(done) / static_cast<double>(std::max<uint64_t>(of, 1)));
  const auto filled = static_cast<size_t>(share * width);
  const std::string percent = std::to_string(static_cast<int>(share * 100));
  return std::string(3 - percent.size(), ' ') + percent + "% [" + std::string(filled, '=') +
         std::string(width - filled, ' ') + "]  ";
}

}  // namespace

ProgressBar::ProgressBar() : is_terminal_(::isatty(STDERR_FILENO) != 0) {}

void ProgressBar::show(uint64_t done, uint64_t of, uint64_t count, const char *unit) {
  const Clock::time_point now = Clock::now();
  if (!is_terminal_ || now - shown_ < interval) return;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  std::cerr << clear_line << (of == 0 ? "" : bar(done, of)) << count << ' ' << unit << ", "
            << static_cast<uint64_t>(static_cast<double>(count) / std::max(seconds, 0.001)) << "/s"
            << std::flush;
}

void ProgressBar::clear() {
  if (shown_ == Clock::time_point()) return;
  shown_ = {};
  std::cerr << clear_line << std::flush;
}

}  // namespace slipring::command
