#include "host/state_hold.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "host/state_directory.hpp"

namespace slipring::host {

namespace fs = std::filesystem;

Result<StateHold> StateHold::take(const fs::path &state) {
  std::error_code error;
  if (!fs::is_directory(state, error)) {
    return Status(SLIPRING_NOT_FOUND, "there is no state directory " + state.string());
  }
  const fs::path file = pid_file(state);
  fs::path made;
  int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) {
    fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0) made = file;
    if (fd < 0 && (errno == EACCES || errno == EROFS)) return StateHold({}, -1);
  }
  if (fd < 0) return Status::system(file.string(), errno);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return StateHold(std::move(made), fd);
  const int reason = errno;
  ::close(fd);
  if (reason != EWOULDBLOCK) return Status::system(file.string(), reason);
  return Status(SLIPRING_FAILED_PRECONDITION, "state directory " + state.string() +
                                                  " is in use by slipringd, process " +
                                                  pid_in(state) + "; stop it first");
}

StateHold::StateHold(StateHold &&other) noexcept
    : made_(std::move(other.made_)), fd_(std::exchange(other.fd_, -1)) {}

StateHold::~StateHold() {
  if (fd_ < 0) return;
  std::error_code ignored;
  if (!made_.empty()) fs::remove(made_, ignored);
  ::close(fd_);
}

}  // namespace slipring::host
