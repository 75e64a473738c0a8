#include "upgrade/staging.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <system_error>

namespace slipring::upgrade {

namespace fs = std::filesystem;

namespace {

constexpr off_t max_file_size = off_t{256} << 20;

std::string error_text(int error) {
  return std::generic_category().message(error);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Failure refused(std::string check, std::string found, std::string expected) {
  return {Stage::staged, std::move(check), std::move(found), std::move(expected)};
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof(text), "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

bool read_all(int fd, std::vector<uint8_t> &bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::read(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

bool write_all(int fd, const std::vector<uint8_t> &bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

bool same_file(const struct stat &a, const struct stat &b) {
  return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
         a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

// Owner and mode: whoever may write the file runs code in this process.
Checked<struct stat> check_file(int fd) {
  struct stat facts {};
  if (fstat(fd, &facts) != 0) return refused("readable", error_text(errno), "a readable file");
  if (!S_ISREG(facts.st_mode)) return refused("type", "no regular file", "a regular file");
  if ((facts.st_mode & S_IWOTH) != 0) {
    return refused("mode", octal(facts.st_mode) + ", writable by anyone",
                   "a file that others cannot write to (chmod o-w)");
  }
  if (facts.st_uid != 0 && facts.st_uid != geteuid()) {
    return refused("owner", "user id " + std::to_string(facts.st_uid),
                   "root or user id " + std::to_string(geteuid()));
  }
  if (facts.st_size > max_file_size) {
    return refused("size", std::to_string(facts.st_size) + " bytes",
                   "at most " + std::to_string(max_file_size));
  }
  return facts;
}

}  // namespace

StagedFile::~StagedFile() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove(path_, ignored);
}

Result<StagingArea> StagingArea::create(fs::path directory) {
  std::error_code error;
  fs::remove_all(directory, error);
  if (!error) fs::create_directories(directory, error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) {
    return Status::unavailable("cannot prepare " + directory.string() + ": " + error.message());
  }
  // The linker reports, and /proc/self/maps shows, what a link resolves to.
  return StagingArea(fs::canonical(directory));
}

Checked<StagedFile> StagingArea::stage(const fs::path &file) {
  const Descriptor from(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (from.get() < 0) {
    if (errno == ELOOP) return refused("type", "a symbolic link", "a regular file");
    return refused("readable", error_text(errno), "a readable file");
  }
  const auto before = check_file(from.get());
  if (!before) return before.error();
  std::vector<uint8_t> bytes(static_cast<size_t>(before->st_size));
  struct stat after {};
  const bool complete = read_all(from.get(), bytes) && fstat(from.get(), &after) == 0;
  if (!complete || !same_file(*before, after)) {
    return refused("stable", "a file that changed while it was read",
                   "a complete file; copy to a hidden name, then rename");
  }

  StagedFile staged(directory_ / (file.stem().string() + '-' + std::to_string(next_++) + ".so"),
                    std::move(bytes));
  const Descriptor to(::open(staged.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
  if (to.get() < 0 || !write_all(to.get(), staged.bytes())) {
    return refused("staging", staged.path().string() + ": " + error_text(errno),
                   "room for a private copy");
  }
  return staged;
}

}  // namespace slipring::upgrade
