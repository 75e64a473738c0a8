#include "host/state_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>

namespace slipring::host {

namespace fs = std::filesystem;

std::string pid_in(const fs::path &state) {
  std::ifstream stream(pid_file(state));
  std::string line;
  std::getline(stream, line);
  return line;
}

fs::path default_state_directory() {
  const auto variable = [](const char *name) {
    const char *const value = std::getenv(name);
    return fs::path(value == nullptr ? "" : value);
  };
  if (fs::path state = variable("SLIPRING_STATE"); !state.empty()) return state;
  if (geteuid() == 0) return "/var/lib/slipring";
  if (const fs::path state = variable("XDG_STATE_HOME"); !state.empty()) return state / "slipring";
  return variable("HOME") / ".local" / "state" / "slipring";
}

Result<StateDirectory> StateDirectory::lock(const fs::path &path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    return Status::unavailable("state directory " + path.string() + ": " + error.message());
  const int fd = ::open(pid_file(path).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return Status::system("state directory " + path.string(), errno);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    ::close(fd);
    if (reason != EWOULDBLOCK) return Status::system(pid_file(path).string(), reason);
    return Status::unavailable("state directory " + path.string() +
                               " is in use by another slipringd, process " + pid_in(path) +
                               "; give this one another with --state");
  }
  const std::string pid = std::to_string(getpid()) + '\n';
  if (ftruncate(fd, 0) != 0 || ::write(fd, pid.data(), pid.size()) < 0) {
    const int reason = errno;
    ::close(fd);
    return Status::system(pid_file(path).string(), reason);
  }
  return StateDirectory(fs::canonical(path), fd);
}

StateDirectory::StateDirectory(StateDirectory &&other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

StateDirectory::~StateDirectory() {
  if (fd_ < 0) return;
  std::error_code ignored;
  fs::remove_all(path_ / "staged", ignored);
  fs::remove(pid_file(path_), ignored);
  ::close(fd_);
}

}  // namespace slipring::host
