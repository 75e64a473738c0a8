#include "upgrade/staging.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

// False with errno set. A disk that fills up takes a part first.
bool write_all(int to, const char *data, size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(to, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    data += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

// For file systems between which the kernel does not copy.
bool copy_by_hand(int from, int to, size_t size) {
  std::array<char, 65536> chunk;
  errno = 0;
  while (size > 0) {
    const ssize_t n = ::read(from, chunk.data(), std::min(size, chunk.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || !write_all(to, chunk.data(), static_cast<size_t>(n))) return false;
    size -= static_cast<size_t>(n);
  }
  return true;
}

// Copies `size` bytes; false when the source ends before, or with errno set when something fails.
bool copy(int from, int to, size_t size) {
  errno = 0;
  while (size > 0) {
    const ssize_t n = ::copy_file_range(from, nullptr, to, nullptr, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS)) {
      return copy_by_hand(from, to, size);
    }
    if (n <= 0) return false;
    size -= static_cast<size_t>(n);
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

// Removes what is in `directory`, but not the directory: it may be a mount.
std::error_code clear(const fs::path &directory) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(directory))) fs::remove(directory, error);
  if (!error) fs::create_directories(directory, error);
  for (auto at = fs::directory_iterator(directory, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    fs::remove_all(at->path(), error);
    if (error) break;
  }
  return error;
}

bool forbids_code(int fd) {
  struct statvfs facts {};
  return fstatvfs(fd, &facts) == 0 && (facts.f_flag & ST_NOEXEC) != 0;
}

}  // namespace

void StagedFile::unmap() {
  if (mapping_.data() != nullptr) ::munmap(const_cast<uint8_t *>(mapping_.data()), mapping_.size());
  mapping_ = {};
}

std::filesystem::path StagedFile::keep() {
  unmap();
  return std::exchange(path_, {});
}

StagedFile::~StagedFile() {
  unmap();
  std::error_code ignored;
  if (!path_.empty()) fs::remove(path_, ignored);
}

Result<StagingArea> StagingArea::create(const fs::path &directory) {
  std::error_code error = clear(directory);
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
  const auto size = static_cast<size_t>(before->st_size);
  StagedFile staged(directory_ / (file.stem().string() + '-' + std::to_string(next_++) + ".so"),
                    {});
  const Descriptor to(::open(staged.path().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
  const auto no_room = [&] {
    return refused("staging", staged.path().string() + ": " + error_text(errno),
                   "room for a private copy");
  };
  if (to.get() < 0) return no_room();
  if (forbids_code(to.get())) {
    return refused("staging", directory_.string() + " is mounted noexec",
                   "a file system that code may be mapped from (--state, or a mount of its own)");
  }
  const bool copied = copy(from.get(), to.get(), size);
  if (!copied && errno != 0) return no_room();
  struct stat after {};
  if (!copied || fstat(from.get(), &after) != 0 || !same_file(*before, after)) {
    return refused("stable", "a file that changed while it was read",
                   "a complete file; copy to a hidden name, then rename");
  }
  if (size == 0) return staged;
  void *const mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, to.get(), 0);
  if (mapping == MAP_FAILED) return no_room();
  return StagedFile(staged.keep(), {static_cast<const uint8_t *>(mapping), size});
}

}  // namespace slipring::upgrade
