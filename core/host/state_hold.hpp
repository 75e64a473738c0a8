// StateHold: keeps hosts out of a state directory while somebody works on its log.
//
// Unlike StateDirectory it makes no directory and takes nobody's place: a directory that cannot be
// written to, such as a copy on a read-only disk, can be held too, because no host can start there.
//
// Thread-safety: none.
#pragma once

#include <filesystem>

#include "base/status.hpp"

namespace slipring::host {

class StateHold {
 public:
  // FAILED_PRECONDITION: a host has it; the error names its process. NOT_FOUND: no such directory.
  static Result<StateHold> take(const std::filesystem::path &state);

  StateHold(StateHold &&other) noexcept;
  StateHold &operator=(StateHold &&) = delete;
  ~StateHold();

 private:
  StateHold(std::filesystem::path made, int fd) : made_(std::move(made)), fd_(fd) {}

  std::filesystem::path made_;  // a pid file that was not there before
  int fd_;                      // locked; -1: there is nothing to lock, or moved from
};

}  // namespace slipring::host
