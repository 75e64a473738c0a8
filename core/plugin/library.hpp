// Library: one staged shared object, mapped.
//
// A path must be unique to the load: the dynamic linker goes by name and inode, never by content
// (docs/architecture.md, "Loading").
//
// Thread-safety: control thread.
#pragma once

#include <slipring/abi.h>

#include <boost/dll/shared_library.hpp>
#include <filesystem>

#include "base/status.hpp"

namespace slipring::plugin {

class Library {
 public:
  // Maps the object and binds every symbol now and locally. Runs its constructors.
  static Result<Library> load(const std::filesystem::path &staged);

  const slipring_entry_table &entry() const { return *entry_; }

  // Unmaps, unless something pins the object: ask ProcessMaps.
  void unload();

 private:
  boost::dll::shared_library object_;
  const slipring_entry_table *entry_ = nullptr;
};

}  // namespace slipring::plugin
