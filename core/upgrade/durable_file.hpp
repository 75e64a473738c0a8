// Files that are whole after a crash.
//
// Thread-safety: none of its own.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/status.hpp"

namespace slipring::upgrade {

// The file has `content`, or what it had before, also after a power failure.
Status replace_file(const std::filesystem::path &file, std::string_view content);

// `content` at the end of the file, on the disk when this returns.
Status append_to_file(const std::filesystem::path &file, std::string_view content);

}  // namespace slipring::upgrade
