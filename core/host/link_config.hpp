// The `links` of a configuration: connections that the host makes. docs/operators-guide.md shows
// them.
#pragma once

#include <yaml-cpp/yaml.h>

#include <vector>

#include "edge/link.hpp"

namespace slipring::host {

// Throws ConfigError.
std::vector<edge::LinkSettings> read_links(const YAML::Node &node);

}  // namespace slipring::host
