#include "plugin/library.hpp"

#include <dlfcn.h>

namespace slipring::plugin {

Result<Library> Library::load(const std::filesystem::path &staged) {
  namespace dll = boost::dll;
  Library library;
  std::error_code error;
  library.object_.load(staged.string(), error,
                       dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  if (error) {
    // Boost.DLL's own text says nothing; the linker's has to be read before the next call.
    const char *reason = dlerror();
    return Status::unavailable(reason != nullptr ? reason : error.message());
  }
  if (!library.object_.has("slipring_entry")) {
    return Status::invalid("the object exports no slipring_entry");
  }
  library.entry_ = &library.object_.get<const slipring_entry_table>("slipring_entry");
  return library;
}

void Library::unload() {
  entry_ = nullptr;
  object_.unload();
}

}  // namespace slipring::plugin
