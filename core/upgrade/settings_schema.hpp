// Settings of a plugin against the JSON Schema of its manifest.
#pragma once

#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::upgrade {

// `schema` empty: no settings are taken, only {} passes. An error names the place in the settings
// and what the schema says about it.
Status check_settings(std::string_view schema, std::string_view settings);

}  // namespace slipring::upgrade
