// What lies in the plugin directory: every name ending in ".so" that is not hidden.
//
// A hidden name (".echo.so.tmp") is the place to copy to before a rename.
#pragma once

#include <filesystem>
#include <vector>

#include "upgrade/report.hpp"

namespace slipring::upgrade {

// In the order of their names. A directory that cannot be read, or that anyone may write to, is
// refused.
Checked<std::vector<std::filesystem::path>> find_plugins(const std::filesystem::path &directory);

}  // namespace slipring::upgrade
