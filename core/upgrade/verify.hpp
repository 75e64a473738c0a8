// Verification: everything that can be known of a plugin file before any of its code runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/elf_image.hpp"
#include "plugin/host_table.hpp"
#include "plugin/manifest.hpp"
#include "upgrade/report.hpp"

namespace slipring::upgrade {

struct Verified {
  plugin::Manifest manifest;
  std::string build_id;
};

// Checks in this order: elf, note, manifest, abi, kind, profile, requires, exports, unique symbols,
// thread exit, nodelete, libraries. The first failure is reported. `extensions` is what this host
// offers; nullptr leaves out what only a running host can tell (requires, libraries).
Checked<Verified> verify(std::span<const uint8_t> file, const plugin::ExtensionSet *extensions);

// One of the checks: at least one profile, and none that this host does not know.
std::optional<Failure> check_profiles(const plugin::Manifest &manifest);

}  // namespace slipring::upgrade
