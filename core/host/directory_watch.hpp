// DirectoryWatch: says when plugin files have come into a directory: written and closed, or
// renamed.
//
// Files that are still being written say nothing. What comes in quick succession is told once, when
// nothing more has come for a while.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/status.hpp"

namespace slipring::host {

class DirectoryWatch {
 public:
  // `come` is called on `loop` until stop().
  DirectoryWatch(boost::asio::io_context &loop, std::function<void()> come)
      : events_(loop), quiet_(loop), come_(std::move(come)) {}

  Status start(const std::filesystem::path &directory);
  void stop();

 private:
  void wait();
  void read();
  void tell_soon();

  boost::asio::posix::stream_descriptor events_;
  boost::asio::steady_timer quiet_;
  std::chrono::steady_clock::time_point latest_{};  // when it is told, whatever else comes
  bool telling_ = false;
  std::filesystem::path directory_;
  const std::function<void()> come_;
};

}  // namespace slipring::host
