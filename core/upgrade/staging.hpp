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
#include <span>
#include <string>
#include <utility>

#include "upgrade/report.hpp"

namespace slipring::upgrade {

// A copy that unlinks itself, unless kept, when it goes out of scope. Its bytes are read through a
// mapping: a look at the directory leaves nothing in the heap.
class StagedFile {
 public:
  // `mapping` is a read-only mapping of the whole file, this object's from now on.
  StagedFile(std::filesystem::path path, std::span<const uint8_t> mapping)
      : path_(std::move(path)), mapping_(mapping) {}
  StagedFile(StagedFile &&other) noexcept
      : path_(std::exchange(other.path_, {})), mapping_(std::exchange(other.mapping_, {})) {}
  StagedFile &operator=(StagedFile &&) = delete;
  ~StagedFile();

  const std::filesystem::path &path() const { return path_; }
  std::span<const uint8_t> bytes() const { return mapping_; }
  // Leaves the file to the caller; the mapping ends.
  std::filesystem::path keep();

 private:
  void unmap();

  std::filesystem::path path_;
  std::span<const uint8_t> mapping_;
};

class StagingArea {
 public:
  // REQUIRES: `directory` is this process's own. What an earlier process left there is removed.
  static Result<StagingArea> create(const std::filesystem::path &directory);

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
