// What the configuration says about upgrades and plugins, as the upgrader takes it.
#pragma once

#include "host/config.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::host {

// The allow-list of `upgrade`: a list of SHA-256, or a file of them as sha256sum writes it. Throws
// ConfigError.
std::set<std::string> read_allow(const YAML::Node &node);

upgrade::UpgradeSettings upgrade_settings(const Config &config);

}  // namespace slipring::host
