// Digests: of files, for the allow-list; of settings, by which generations of one build are told
// apart.
//
// Thread-safety: any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace slipring::upgrade {

// SHA-256, 64 lower-case hex digits, as sha256sum prints it.
std::string sha256(std::span<const uint8_t> bytes);

// The same settings (JSON) with the members of all objects in the order of their names: texts that
// say the same become equal. What is no JSON stays as it is.
std::string canonical_settings(std::string_view settings);

// The first 12 digits of the settings' SHA-256; of no settings, as transports have none: none.
// REQUIRES: canonical.
std::string settings_digest(std::string_view settings);

}  // namespace slipring::upgrade
