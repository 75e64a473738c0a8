// The `admin` of a configuration: where the admin interface is reached over HTTP.
// docs/operators-guide.md shows it.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "base/status.hpp"

namespace slipring::host {

struct AdminConfig {
  std::string listen = "127.0.0.1:9180";  // "none": not at all
  bool allow_remote = false;              // an address that others reach is permitted
  std::vector<std::string> hosts{};       // names by which they do

  bool operator==(const AdminConfig &) const = default;
};

// Whether it can be listened there.
Status check_admin(const AdminConfig &admin);

// Throws ConfigError.
AdminConfig read_admin(const YAML::Node &node);

}  // namespace slipring::host
