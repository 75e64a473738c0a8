#include "plugin/manifest.hpp"

#include <slipring/schema/manifest_generated.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace slipring::plugin {
namespace {

using Strings = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;

std::string text_of(const flatbuffers::String *text) {
  return text == nullptr ? "" : text->str();
}

std::vector<std::string> texts_of(const Strings *list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (const auto *text : *list) texts.push_back(text->str());
  return texts;
}

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

Status check(const Manifest &manifest) {
  if (!is_name(manifest.name)) {
    return Status::invalid("name: found \"" + manifest.name +
                           "\", accepted are 1 to 64 of a-z, 0-9 and -");
  }
  if (!is_semantic_version(manifest.version)) {
    return Status::invalid("version: found \"" + manifest.version +
                           "\", accepted is a semantic version such as 1.2.0");
  }
  if (manifest.state_schema_oldest > manifest.state_schema) {
    return Status::invalid("state_schema_oldest is newer than state_schema");
  }
  for (const std::string &path : manifest.paths) {
    if (!is_mount_path(path)) {
      return Status::invalid("paths: found \"" + path +
                             "\", a path begins with / and has no query; * only as its end /*");
    }
  }
  return Status::ok();
}

// The numeric core and the pre-release part of a version.
struct Version {
  std::array<uint64_t, 3> core{};
  std::string_view pre;
};

std::optional<Version> split(std::string_view text) {
  Version version;
  text = text.substr(0, text.find('+'));
  if (const size_t dash = text.find('-'); dash != std::string_view::npos) {
    version.pre = text.substr(dash + 1);
    if (version.pre.empty()) return std::nullopt;
    text = text.substr(0, dash);
  }
  const char *at = text.data();
  const char *const end = text.data() + text.size();
  for (size_t i = 0; i < 3; ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, version.core[i]);
    if (error != std::errc()) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional(version) : std::nullopt;
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// SemVer §11.4: numeric identifiers before others, each by its own order.
int compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_number = all_digits(a);
  const bool b_number = all_digits(b);
  if (a_number != b_number) return a_number ? -1 : 1;
  if (a_number && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int compare_pre_releases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
  while (!a.empty() && !b.empty()) {
    const size_t a_end = std::min(a.find('.'), a.size());
    const size_t b_end = std::min(b.find('.'), b.size());
    if (const int order = compare_identifiers(a.substr(0, a_end), b.substr(0, b_end)); order != 0) {
      return order;
    }
    a.remove_prefix(std::min(a_end + 1, a.size()));
    b.remove_prefix(std::min(b_end + 1, b.size()));
  }
  return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
}

}  // namespace

std::string_view kind_name(Kind kind) {
  static constexpr std::array<std::string_view, 5> names = {"transport", "adapter", "router",
                                                            "service", "cache"};
  return names[static_cast<size_t>(kind)];
}

std::string_view continuity_name(Continuity continuity) {
  static constexpr std::array<std::string_view, 4> names = {"handoff", "rebind", "drain",
                                                            "restart"};
  return names[static_cast<size_t>(continuity)];
}

bool is_mount_path(std::string_view path) {
  if (path.ends_with("/*")) path.remove_suffix(1);
  return path.starts_with('/') && path.find_first_of("?#*") == std::string_view::npos;
}

bool Manifest::has_profile(std::string_view id) const {
  return std::find(profiles.begin(), profiles.end(), id) != profiles.end();
}

Result<Manifest> Manifest::read(std::span<const uint8_t> note) {
  flatbuffers::Verifier verifier(note.data(), note.size());
  if (note.size() < 8 || !schema::ManifestBufferHasIdentifier(note.data()) ||
      !schema::VerifyManifestBuffer(verifier)) {
    return Status::invalid("the note is no manifest: its FlatBuffer (identifier SLPM) is damaged");
  }
  const schema::Manifest &buffer = *schema::GetManifest(note.data());
  if (buffer.kind() > schema::Kind::MAX || buffer.continuity() > schema::Continuity::MAX) {
    return Status::invalid("kind or continuity is a number this host does not know");
  }
  Manifest manifest{
      .name = text_of(buffer.name()),
      .kind = static_cast<Kind>(buffer.kind()),
      .version = text_of(buffer.version()),
      .abi_major = buffer.abi_major(),
      .abi_minor = buffer.abi_minor(),
      .state_schema = buffer.state_schema(),
      .state_schema_oldest = buffer.state_schema_oldest(),
      .continuity = static_cast<Continuity>(buffer.continuity()),
      .profiles = texts_of(buffer.profiles()),
      .paths = texts_of(buffer.paths()),
      .subprotocols = texts_of(buffer.subprotocols()),
      .requires_extensions = texts_of(buffer.requires_()),
      .settings_schema = text_of(buffer.settings_schema()),
      .description = text_of(buffer.description()),
      .license = text_of(buffer.license()),
      .pinned = buffer.pinned(),
  };
  if (Status status = check(manifest); !status.is_ok()) return status;
  return manifest;
}

bool sessions_move(const Manifest &from, const Manifest &to) {
  return from.continuity == to.continuity &&
         (to.continuity == Continuity::handoff || to.continuity == Continuity::rebind);
}

std::optional<uint32_t> common_state_schema(const Manifest &a, const Manifest &b) {
  const uint32_t newest = std::min(a.state_schema, b.state_schema);
  const uint32_t oldest = std::max(a.state_schema_oldest, b.state_schema_oldest);
  return newest >= oldest ? std::optional(newest) : std::nullopt;
}

bool is_semantic_version(std::string_view text) {
  return split(text).has_value();
}

int compare_versions(std::string_view a, std::string_view b) {
  const Version left = *split(a);
  const Version right = *split(b);
  if (left.core != right.core) return left.core < right.core ? -1 : 1;
  return compare_pre_releases(left.pre, right.pre);
}

}  // namespace slipring::plugin
