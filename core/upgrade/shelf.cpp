#include "upgrade/shelf.hpp"

#include <system_error>
#include <vector>

namespace slipring::upgrade {

namespace fs = std::filesystem;

fs::path Shelf::file_of(const std::string &plugin, const std::string &build_id) const {
  return directory_ / (plugin + '@' + build_id + ".so");
}

Status Shelf::keep(const std::string &plugin, const std::string &build_id,
                   const fs::path &staged) const {
  const fs::path file = file_of(plugin, build_id);
  std::error_code error;
  if (fs::exists(file, error)) return Status::ok();
  fs::create_hard_link(staged, file, error);
  if (!error) return Status::ok();
  // Another file system: a copy, under its name only when it is whole.
  fs::path fresh = file;
  fresh += ".new";
  fs::copy_file(staged, fresh, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(fresh, file, error);
  if (!error) return Status::ok();
  return Status::unavailable("cannot keep a copy in " + file.string() + ": " + error.message());
}

fs::path Shelf::find(const std::string &plugin, const std::string &build_id) const {
  fs::path file = file_of(plugin, build_id);
  std::error_code error;
  if (!fs::exists(file, error)) file.clear();
  return file;
}

void Shelf::keep_only(const std::string &plugin, const std::set<std::string> &build_ids) const {
  std::set<fs::path> wanted;
  for (const std::string &build_id : build_ids) wanted.insert(file_of(plugin, build_id));
  std::vector<fs::path> rest;
  std::error_code error;
  for (auto at = fs::directory_iterator(directory_, error);
       !error && at != fs::directory_iterator(); at.increment(error)) {
    const bool of_plugin = at->path().filename().string().starts_with(plugin + '@');
    if (of_plugin && !wanted.contains(at->path())) rest.push_back(at->path());
  }
  for (const fs::path &file : rest) fs::remove(file, error);
}

}  // namespace slipring::upgrade
