#include "upgrade/verify.hpp"

#include <dlfcn.h>
#include <slipring/ext/profile-http.h>
#include <slipring/ext/profile-message.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace slipring::upgrade {
namespace {

using plugin::ElfImage;
using plugin::Manifest;

Failure refused(std::string check, std::string found, std::string expected) {
  return {Stage::verified, std::move(check), std::move(found), std::move(expected)};
}

std::string version_pair(uint32_t major, uint32_t minor) {
  return std::to_string(major) + '.' + std::to_string(minor);
}

// Each check answers whether it found something wrong, and if so says what.
using Wrong = std::optional<Failure>;

Wrong check_abi(const Manifest &manifest) {
  if (manifest.abi_major == SLIPRING_ABI_MAJOR && manifest.abi_minor == SLIPRING_ABI_MINOR) {
    return std::nullopt;
  }
  return refused("abi", version_pair(manifest.abi_major, manifest.abi_minor),
                 version_pair(SLIPRING_ABI_MAJOR, SLIPRING_ABI_MINOR) +
                     " exactly, the ABI being 0.x: build the plugin with this host's SDK");
}

Wrong check_kind(const Manifest &manifest) {
  using plugin::Kind;
  if (manifest.kind == Kind::transport || manifest.kind == Kind::adapter) return std::nullopt;
  return refused("kind", std::string(kind_name(manifest.kind)), "transport or adapter");
}

Wrong check_requires(const Manifest &manifest, const plugin::ExtensionSet &extensions) {
  for (const std::string &id : manifest.requires_extensions) {
    if (extensions.find(id) == nullptr) {
      return refused("requires", id, "extensions this host has");
    }
  }
  return std::nullopt;
}

Wrong check_exports(const ElfImage &image) {
  bool has_entry = false;
  const plugin::ElfSymbol *other = nullptr;
  for (const plugin::ElfSymbol &symbol : image.symbols) {
    if (!symbol.defined) continue;
    if (symbol.unique) {
      return refused("unique symbols", symbol.name,
                     "none: they pin the object and are shared between its versions "
                     "(build with slipring_add_plugin)");
    }
    if (symbol.name == "slipring_entry") {
      has_entry = true;
    } else if (other == nullptr) {
      other = &symbol;
    }
  }
  if (other != nullptr) return refused("exports", other->name, "slipring_entry alone");
  if (!has_entry) return refused("exports", "no slipring_entry", "slipring_entry alone");
  return std::nullopt;
}

// What a plugin that is unloaded must not call, and why; the same as in PluginGate.cmake.
struct Forbidden {
  std::string_view check;
  std::string_view expected;
  std::vector<std::string_view> symbols;
};

const std::vector<Forbidden> &forbidden() {
  static const std::vector<Forbidden> all = {
      {"thread exit",
       "no thread_local with a destructor: it pins the object while the thread lives",
       {"__cxa_thread_atexit", "__cxa_thread_atexit_impl"}},
      {"thread keys",
       "none: a key's destructor would run after the code is gone",
       {"pthread_key_create", "__pthread_key_create", "tss_create"}},
      {"threads",
       "none: a thread that wakes up after the unload would run code that is not there",
       {"pthread_create", "thrd_create", "clone", "fork", "vfork",
        "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE"}},
      {"handlers",
       "none at exit or for signals: the process would call code that is not there",
       {"atexit", "at_quick_exit", "quick_exit", "on_exit", "signal", "sigaction", "bsd_signal",
        "sysv_signal"}}};
  return all;
}

Wrong check_pins(const ElfImage &image) {
  if (image.no_delete) {
    return refused("nodelete", "DF_1_NODELETE",
                   "an object that can be unmapped, or a pinned plugin");
  }
  for (const plugin::ElfSymbol &symbol : image.symbols) {
    if (symbol.defined) continue;
    for (const Forbidden &one : forbidden()) {
      if (std::ranges::find(one.symbols, symbol.name) == one.symbols.end()) continue;
      return refused(std::string(one.check), symbol.name, std::string(one.expected));
    }
  }
  return std::nullopt;
}

// A hot plugin may lean only on libraries the host has already: two plugins' private copies of one
// name would collide, and a library that came with a plugin would stay.
Wrong check_libraries(const ElfImage &image) {
  for (const std::string &name : image.needed) {
    void *const handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) {
      return refused("libraries", name, "libraries the host has loaded; link others statically");
    }
    dlclose(handle);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> check_profiles(const Manifest &manifest) {
  constexpr std::array<std::string_view, 2> known = {SLIPRING_PROFILE_MESSAGE,
                                                     SLIPRING_PROFILE_HTTP};
  const auto is_known = [&](const std::string &profile) {
    return std::ranges::find(known, profile) != known.end();
  };
  const auto &profiles = manifest.profiles;
  if (!profiles.empty() && std::ranges::all_of(profiles, is_known)) return std::nullopt;
  std::string found;
  for (const std::string &profile : profiles) found += (found.empty() ? "" : ", ") + profile;
  return refused("profile", found.empty() ? "none" : found,
                 SLIPRING_PROFILE_MESSAGE ", " SLIPRING_PROFILE_HTTP ", or both");
}

Checked<Verified> verify(std::span<const uint8_t> file, const plugin::ExtensionSet *extensions) {
  const auto image = ElfImage::read(file);
  if (!image) return refused("elf", image.status().message(), "a complete shared object");
  if (image->manifests.size() != 1) {
    return refused("note",
                   image->manifests.empty() ? "no slipring note"
                                            : std::to_string(image->manifests.size()) + " notes",
                   "one ELF note of owner \"slipring\" (build with slipring_add_plugin)");
  }
  auto manifest = Manifest::read(image->manifests.front());
  if (!manifest) return refused("manifest", manifest.status().message(), "a manifest");
  if (image->build_id.empty()) {
    return refused("build id", "none", "a GNU build id (build with slipring_add_plugin)");
  }
  Wrong wrong = check_abi(*manifest);
  if (!wrong) wrong = check_kind(*manifest);
  if (!wrong) wrong = check_profiles(*manifest);
  if (!wrong && extensions != nullptr) wrong = check_requires(*manifest, *extensions);
  if (!wrong) wrong = check_exports(*image);
  if (!wrong && !manifest->pinned) wrong = check_pins(*image);
  if (!wrong && !manifest->pinned && extensions != nullptr) wrong = check_libraries(*image);
  if (wrong) return *wrong;
  return Verified{std::move(*manifest), image->build_id};
}

}  // namespace slipring::upgrade
