// Staging: private copies of plugin files, each under a name used once.
//
// Why copies: the dynamic linker answers a path it has loaded before with the old code, whatever
// the file holds now; and a mapped file that is overwritten in place kills the process. So the
// operator's file is read once and never mapped, and a copy is kept for as long as it is mapped.
//
// Thread-safety: control thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "upgrade/report.hpp"

namespace slipring::upgrade {

// A copy that unlinks itself, unless kept, when it goes out of scope.
class StagedFile {
 public:
  StagedFile(std::filesystem::path path, std::vector<uint8_t> bytes)
      : path_(std::move(path)), bytes_(std::move(bytes)) {}
  StagedFile(StagedFile &&other) noexcept
      : path_(std::exchange(other.path_, {})), bytes_(std::move(other.bytes_)) {}
  StagedFile &operator=(StagedFile &&) = delete;
  ~StagedFile();

  const std::filesystem::path &path() const { return path_; }
  const std::vector<uint8_t> &bytes() const { return bytes_; }
  // Leaves the file to the caller.
  std::filesystem::path keep() { return std::exchange(path_, {}); }

 private:
  std::filesystem::path path_;
  std::vector<uint8_t> bytes_;
};

class StagingArea {
 public:
  // REQUIRES: `directory` is this process's own. What an earlier process left there is removed.
  static Result<StagingArea> create(std::filesystem::path directory);

  // Copies the file, opened without following links. Refused: links and other things that are no
  // regular file, files of another owner or writable by anyone, and files that change while they
  // are being read.
  Checked<StagedFile> stage(const std::filesystem::path &file);

 private:
  explicit StagingArea(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path directory_;
  uint64_t next_ = 1;
};

}  // namespace slipring::upgrade
