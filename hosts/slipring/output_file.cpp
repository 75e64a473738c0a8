#include "output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace slipring::command {

namespace {
constexpr size_t written_at_once = size_t{1} << 20;
}

Result<OutputFile> OutputFile::open(const std::string &file) {
  if (file == "-") return OutputFile(file, {}, STDOUT_FILENO);
  std::error_code error;
  const auto type = std::filesystem::status(file, error).type();
  const bool regular =
      type == std::filesystem::file_type::regular || type == std::filesystem::file_type::not_found;
  const std::string part = regular ? file + ".part" : "";
  const int flags = O_WRONLY | O_CLOEXEC | (regular ? O_CREAT | O_TRUNC : 0);
  const int fd = ::open(regular ? part.c_str() : file.c_str(), flags, 0644);
  if (fd < 0) return Status::invalid(Status::system(file, errno).message());
  return OutputFile(file, part, fd);
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : name_(std::move(other.name_)),
      part_(std::move(other.part_)),
      fd_(std::exchange(other.fd_, -1)),
      unwritten_(std::move(other.unwritten_)) {}

OutputFile::~OutputFile() {
  if (fd_ < 0) return;
  if (fd_ != STDOUT_FILENO) ::close(fd_);
  if (!part_.empty()) ::unlink(part_.c_str());
}

Status OutputFile::failed(std::string_view what) const {
  const int reason = errno;
  return Status::invalid(Status::system(std::string(what) + ' ' + name_, reason).message());
}

Status OutputFile::write(std::string_view bytes) {
  unwritten_ += bytes;
  return unwritten_.size() < written_at_once ? Status::ok() : flush();
}

Status OutputFile::flush() {
  std::string_view left = unwritten_;
  while (!left.empty()) {
    const ssize_t size = ::write(fd_, left.data(), left.size());
    if (size < 0 && errno != EINTR) return failed("writing to");
    if (size > 0) left.remove_prefix(static_cast<size_t>(size));
  }
  unwritten_.clear();
  return Status::ok();
}

Status OutputFile::finish() {
  if (Status status = flush(); !status.is_ok()) return status;
  if (fd_ == STDOUT_FILENO) return Status::ok();
  if (!part_.empty() && ::fsync(fd_) != 0) return failed("syncing");
  if (::close(std::exchange(fd_, -1)) != 0) return failed("closing");
  if (!part_.empty() && ::rename(part_.c_str(), name_.c_str()) != 0) return failed("renaming to");
  return Status::ok();
}

}  // namespace slipring::command
