// The `access` of a configuration: which credentials a handshake may bring, and which of the mounts
// ask for one. docs/protocols/access.md shows it.
#pragma once

#include <yaml-cpp/yaml.h>

#include <memory>
#include <optional>

#include "access/gate.hpp"
#include "access/token_file.hpp"

namespace slipring::host {

struct AccessConfig {
  access::Carriers carriers;
  std::shared_ptr<const access::TokenFile> tokens;  // never null
  std::optional<access::TicketLimits> tickets;      // nothing: none are issued
};

// Reads the file of tokens too. Throws ConfigError.
AccessConfig read_access(const YAML::Node &node);

// The `access` of a mount. `configured`: there is a section. Throws ConfigError.
access::Need read_need(const YAML::Node &node, bool configured);

}  // namespace slipring::host
