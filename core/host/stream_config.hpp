// The streams of a configuration file.
//
//   streams:
//     - name: scores
//       filters: ["game/#"]
//       durability: fsync                  # memory, log, fsync
//       retention: {age: 24h, bytes: 1GiB, events: 1000000, per_topic: 10}
//       ring: 16MiB
//       deduplication: {window: 2min, ids: 1000000}
//     - name: default                      # what no other stream has; there when it is not named
//       retention: {age: 7d}
#pragma once

#include <yaml-cpp/yaml.h>

#include <vector>

#include "base/status.hpp"
#include "stream/settings.hpp"

namespace slipring::host {

// What no other stream has: "#", synced, 1 GiB or 24 h.
stream::Settings default_stream();

// In order of configuration, the default stream last. Throws ConfigError.
std::vector<stream::Settings> read_streams(const YAML::Node &node);

Result<stream::Durability> parse_durability(std::string_view text);

}  // namespace slipring::host
