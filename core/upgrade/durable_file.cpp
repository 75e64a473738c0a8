#include "upgrade/durable_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace slipring::upgrade {

namespace fs = std::filesystem;

namespace {

Status failed(const fs::path &file, int error) {
  return Status::unavailable("cannot write " + file.string() + ": " +
                             std::generic_category().message(error));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    content.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

Status write_and_sync(const fs::path &file, std::string_view content, int flags) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  if (fd < 0) return failed(file, errno);
  const bool done = write_all(fd, content) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  return done ? Status::ok() : failed(file, error);
}

}  // namespace

Status replace_file(const fs::path &file, std::string_view content) {
  fs::path fresh = file;
  fresh += ".new";
  if (Status status = write_and_sync(fresh, content, O_TRUNC); !status.is_ok()) return status;
  if (::rename(fresh.c_str(), file.c_str()) != 0) return failed(file, errno);
  const int directory = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed(file, errno);
  const bool synced = ::fsync(directory) == 0;
  const int error = errno;
  ::close(directory);
  return synced ? Status::ok() : failed(file, error);
}

Status append_to_file(const fs::path &file, std::string_view content) {
  return write_and_sync(file, content, O_APPEND);
}

}  // namespace slipring::upgrade
