// A program run as a child under a limit of time, its output read line by line.
//
// It gets its standard input as one piece, standard output and error as one pipe, no other
// descriptor, no blocked or ignored signal, and a process group of its own, which is killed as a
// whole. Its end is seen through a pidfd: SIGCHLD is left to whoever wants it.
//
// Thread-safety: one thread, that of the executor; several children may run side by side there, and
// the thread is never held up.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::upgrade {

struct ChildEnd {
  bool timed_out = false;  // it was killed for that
  int signal = 0;          // 0: it exited by itself
  int code = 0;            // then

  // "ended by SIGABRT", "exited with code 3"
  std::string text() const;
};

// Calls `line` for each line of output, without its end; of a longer one only the first
// `longest_line` bytes. An error: it could not be started.
constexpr size_t longest_line = 65536;
boost::asio::awaitable<Result<ChildEnd>> run_child(std::filesystem::path program, std::string input,
                                                   std::chrono::nanoseconds limit,
                                                   std::function<void(std::string_view)> line);

}  // namespace slipring::upgrade
