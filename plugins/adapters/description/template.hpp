// What an adapter says of a mount (slipring/ext/description.h), made from a text with places to be
// filled: what depends on the mount and on settings.
//
// Thread-safety: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace slipring::description {

// Put in for every "{{name}}" of a text.
struct Place {
  std::string_view name;
  std::string value;
};

// REQUIRES: there is a place for each name in `text`.
std::string filled(std::string_view text, std::span<const Place> places);

// A mount's path as documents write it. REQUIRES: it has no control characters.
struct MountPath {
  std::string path;  // "/topics/*" as "/topics/{topic}"; fit for a string of JSON
  std::string id;    // the same of letters, digits, "_", "-" and "."; no two paths have the same
  bool has_parameter = false;
};
// `parameter`: the name for what stands behind a path that ends in "*".
MountPath mount_path(std::string_view mount, std::string_view parameter);

}  // namespace slipring::description
