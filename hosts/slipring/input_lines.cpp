#include "input_lines.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace slipring::command {

namespace {
constexpr size_t longest_line = size_t{64} << 20;
}

Result<InputLines> InputLines::open(const std::string &file) {
  const bool standard = file == "-";
  const std::string name = standard ? "standard input" : file;
  const int fd = standard ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Status::invalid(Status::system(name, errno).message());
  struct stat about {};
  const bool known = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
  return InputLines(name, fd, known ? static_cast<uint64_t>(about.st_size) : 0);
}

InputLines::InputLines(InputLines &&other) noexcept
    : name_(std::move(other.name_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      taken_(other.taken_),
      read_(std::move(other.read_)),
      used_(other.used_),
      ended_(other.ended_) {}

InputLines::~InputLines() {
  if (fd_ > STDIN_FILENO) ::close(fd_);
}

Result<std::optional<std::string_view>> InputLines::next() {
  size_t looked = used_;
  size_t end;
  while ((end = read_.find('\n', looked)) == std::string::npos && !ended_) {
    read_.erase(0, std::exchange(used_, 0));
    looked = read_.size();
    if (Status status = read_more(); !status.is_ok()) return status;
  }
  const bool whole = end != std::string::npos;
  if (!whole) end = read_.size();
  const std::string_view line(read_.data() + used_, end - used_);
  if (!whole && line.empty()) return std::optional<std::string_view>();
  used_ = end + (whole ? 1 : 0);
  taken_ += line.size() + 1;
  return std::optional(line);
}

Status InputLines::read_more() {
  if (read_.size() > longest_line) {
    return Status::invalid(name_ + ": a line is longer than any host takes in one event");
  }
  std::array<char, 65536> chunk;
  const ssize_t size = ::read(fd_, chunk.data(), chunk.size());
  if (size < 0 && errno == EINTR) return {SLIPRING_CANCELLED, "interrupted"};
  if (size < 0) return Status::invalid(Status::system(name_, errno).message());
  ended_ = size == 0;
  read_.append(chunk.data(), static_cast<size_t>(size));
  return Status::ok();
}

}  // namespace slipring::command
