// OutputFile: a file that is there in whole or not at all.
//
// It is written beside its place as FILE.part, and put there when it is finished and synced. What
// is no regular file, such as a pipe, and standard output ("-") are written as they are.
//
// Thread-safety: none.
#pragma once

#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::command {

class OutputFile {
 public:
  static Result<OutputFile> open(const std::string &file);
  OutputFile(OutputFile &&other) noexcept;
  OutputFile &operator=(OutputFile &&) = delete;
  // What has not been finished is removed.
  ~OutputFile();

  bool is_standard_output() const { return name_ == "-"; }

  Status write(std::string_view bytes);
  Status finish();

 private:
  OutputFile(std::string name, std::string part, int fd)
      : name_(std::move(name)), part_(std::move(part)), fd_(fd) {}
  Status flush();
  Status failed(std::string_view what) const;

  std::string name_;
  std::string part_;  // empty: it is written as it is
  int fd_;            // -1: finished or moved from
  std::string unwritten_;
};

}  // namespace slipring::command
