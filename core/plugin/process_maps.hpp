// ProcessMaps: what is really mapped in this process, from /proc/self/maps.
//
// The proof behind "unloaded means unmapped" and behind the build id that `slipring status` names:
// the id is read from the mapped memory, not from what was intended.
//
// Thread-safety: each call reads anew; any thread.
#pragma once

#include <filesystem>
#include <string>

namespace slipring::plugin {

// True when any mapping of this process is backed by `path`, even when the file has been unlinked.
bool is_mapped(const std::filesystem::path &path);

// The GNU build id of the loaded object whose file is `path`, lower-case hex; empty when it is not
// loaded or has none.
std::string mapped_build_id(const std::filesystem::path &path);

}  // namespace slipring::plugin
