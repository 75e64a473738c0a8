#include "upgrade/verify.hpp"

#include <dlfcn.h>
#include <slipring/ext/profile-http.h>
#include <slipring/ext/profile-message.h>

#include <algorithm>
#include <array>
#include <optional>

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
  for (const plugin::ElfSymbol &symbol : image.symbols) {
    if (!symbol.defined) continue;
    if (symbol.name == "slipring_entry") {
      has_entry = true;
    } else if (symbol.unique) {
      return refused("unique symbols", symbol.name,
                     "none: they pin the object and are shared between its versions "
                     "(build with slipring_add_plugin)");
    } else {
      return refused("exports", symbol.name, "slipring_entry alone");
    }
  }
  if (!has_entry) return refused("exports", "no slipring_entry", "slipring_entry alone");
  return std::nullopt;
}

Wrong check_pins(const ElfImage &image) {
  if (image.no_delete) {
    return refused("nodelete", "DF_1_NODELETE",
                   "an object that can be unmapped, or a pinned plugin");
  }
  for (const plugin::ElfSymbol &symbol : image.symbols) {
    if (symbol.name.starts_with("__cxa_thread_atexit")) {
      return refused(
          "thread exit", symbol.name,
          "no thread_local with a destructor: it pins the object while the thread lives");
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
