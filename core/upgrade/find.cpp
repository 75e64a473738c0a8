#include "upgrade/find.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace slipring::upgrade {

namespace fs = std::filesystem;

Checked<std::vector<fs::path>> find_plugins(const fs::path &directory) {
  struct stat facts {};
  if (stat(directory.c_str(), &facts) != 0) {
    return Failure{Stage::found, "directory",
                   directory.string() + ": " + std::generic_category().message(errno),
                   "a readable directory"};
  }
  if ((facts.st_mode & S_IWOTH) != 0) {
    return Failure{Stage::found, "directory mode", directory.string() + " is writable by anyone",
                   "a directory that others cannot write to (chmod o-w)"};
  }
  std::error_code error;
  std::vector<fs::path> files;
  for (auto at = fs::directory_iterator(directory, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.front() != '.' && name.ends_with(".so")) files.push_back(at->path());
  }
  if (error) {
    return Failure{Stage::found, "directory", directory.string() + ": " + error.message(),
                   "a readable directory"};
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace slipring::upgrade
