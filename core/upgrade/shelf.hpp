// Shelf: copies of builds that may be wanted again although their file is gone or replaced: the
// committed one, for the next start, and the one before, for a rollback.
//
// A copy shares the staged copy's data (a hard link), so it costs no space while that is mapped.
//
// Thread-safety: control thread.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/status.hpp"

namespace slipring::upgrade {

class Shelf {
 public:
  // REQUIRES: the directory exists, on the staging directory's file system or another.
  explicit Shelf(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Keeps what `staged` has, under the build's name.
  Status keep(const std::string &plugin, const std::string &build_id,
              const std::filesystem::path &staged) const;
  // Where the build is; empty when it is not kept.
  std::filesystem::path find(const std::string &plugin, const std::string &build_id) const;
  // Forgets all builds of the plugin but these.
  void keep_only(const std::string &plugin, const std::set<std::string> &build_ids) const;

 private:
  std::filesystem::path file_of(const std::string &plugin, const std::string &build_id) const;

  std::filesystem::path directory_;
};

}  // namespace slipring::upgrade
