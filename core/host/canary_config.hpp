// The `canary` of a configuration's `upgrade`. docs/operators-guide.md shows it.
#pragma once

#include <yaml-cpp/yaml.h>

#include "base/status.hpp"
#include "upgrade/canary.hpp"

namespace slipring::host {

// Whether a share can be that large: more than nothing, less than all.
Status check_canary_share(double share);

// Throws ConfigError.
upgrade::CanarySettings read_canary(const YAML::Node &node);
double read_error_factor(const YAML::Node &node);

}  // namespace slipring::host
