// A build that has been staged and verified.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/manifest.hpp"
#include "upgrade/canary.hpp"
#include "upgrade/report.hpp"
#include "upgrade/staging.hpp"

namespace slipring::upgrade {

struct Arrival {
  std::filesystem::path file;
  StagedFile staged;
  plugin::Manifest manifest;
  std::string build_id;
  std::optional<CanarySettings> canary{};  // asked for; nothing: as configured
};

// Leaves one arrival a plugin: the version it is pinned to, else the highest. Of two files that say
// the same name and version both are refused.
void choose(std::vector<Arrival> &arrivals, const std::map<std::string, std::string> &pins,
            std::vector<Report> &reports);

}  // namespace slipring::upgrade
