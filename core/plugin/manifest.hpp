// Manifest: what a plugin says of itself, decoded from the note in its file.
//
// Thread-safety: plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace slipring::plugin {

enum class Kind { transport, adapter, router, service, cache };
enum class Continuity { handoff, rebind, drain, restart };

std::string_view kind_name(Kind kind);
std::string_view continuity_name(Continuity continuity);

struct Manifest {
  std::string name;
  Kind kind = Kind::adapter;
  std::string version;
  uint32_t abi_major = 0;
  uint32_t abi_minor = 0;
  uint32_t state_schema = 0;
  uint32_t state_schema_oldest = 0;
  Continuity continuity = Continuity::drain;
  std::vector<std::string> profiles;
  std::vector<std::string> paths;
  std::vector<std::string> subprotocols;
  std::vector<std::string> requires_extensions;
  std::string settings_schema;  // JSON Schema; empty: takes no settings
  std::string description;
  std::string license;
  bool pinned = false;

  bool has_profile(std::string_view id) const;

  // Verifies the FlatBuffer and what it says; an error names the field.
  static Result<Manifest> read(std::span<const uint8_t> note);
};

// A path that something can be mounted at: begins with "/", has no query, and no "*" but at its end
// as "/*", where it stands for all that begin like it.
bool is_mount_path(std::string_view path);

// Whether sessions of one build move to another: both classes are handoff, or both rebind.
// Otherwise the sessions stay with their version until they end.
bool sessions_move(const Manifest &from, const Manifest &to);

// The newest session state schema that both read and write; nothing when there is none.
std::optional<uint32_t> common_state_schema(const Manifest &a, const Manifest &b);

// Orders two semantic versions (SemVer 2.0.0 §11): negative when `a` is older, 0 when equal.
// REQUIRES: both pass is_semantic_version.
int compare_versions(std::string_view a, std::string_view b);
bool is_semantic_version(std::string_view text);

}  // namespace slipring::plugin
