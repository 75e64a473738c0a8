// The state directory: where a host keeps what is its own: control.sock, admin-token,
// slipringd.pid, staged/.
//
// One host at a time: the directory is locked for as long as the process lives, also when it is
// killed.
#pragma once

#include <filesystem>
#include <string>

#include "base/status.hpp"

namespace slipring::host {

// The directory to use when none is given: $SLIPRING_STATE, /var/lib/slipring for root,
// $XDG_STATE_HOME/slipring, ~/.local/state/slipring.
std::filesystem::path default_state_directory();

inline std::filesystem::path control_socket(const std::filesystem::path &state) {
  return state / "control.sock";
}

// The token of the admin interface.
inline std::filesystem::path token_file(const std::filesystem::path &state) {
  return state / "admin-token";
}

inline std::filesystem::path pid_file(const std::filesystem::path &state) {
  return state / "slipringd.pid";
}
// What stands in it.
std::string pid_in(const std::filesystem::path &state);

class StateDirectory {
 public:
  // Creates the directory when needed and locks it. Another host has it: the error names its
  // process.
  static Result<StateDirectory> lock(const std::filesystem::path &path);

  StateDirectory(StateDirectory &&other) noexcept;
  StateDirectory &operator=(StateDirectory &&) = delete;
  ~StateDirectory();

  const std::filesystem::path &path() const { return path_; }

 private:
  StateDirectory(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::filesystem::path path_;
  int fd_;  // of slipringd.pid, locked; -1 when moved from
};

}  // namespace slipring::host
