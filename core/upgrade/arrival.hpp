// A build that has been staged and verified, and the settings it is to have.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/generation.hpp"
#include "upgrade/canary.hpp"
#include "upgrade/policy.hpp"
#include "upgrade/report.hpp"
#include "upgrade/staging.hpp"

namespace slipring::upgrade {

struct Arrival {
  std::filesystem::path file;
  StagedFile staged;
  plugin::Manifest manifest;
  std::string build_id;
  std::string settings{};  // canonical; a transport's are those of its endpoints, here it has none
  bool is_kept = false;    // a copy of the build that serves, to be configured anew
  std::optional<CanarySettings> canary{};  // asked for; nothing: as configured
};

BuildName build_name(const Arrival &arrival);
BuildName build_name(const plugin::Generation &generation);

// Whether nothing is left to do: it serves with these settings already, or was to be configured
// anew and does not serve any more.
bool is_done(const Arrival &arrival, const plugin::Generation &running);

// Of what serves; nullptr: of nothing.
const plugin::Manifest *manifest_of(const plugin::Generation *generation);

// What a policy judges. `running`: what serves, or nullptr. Lives as long as the arrival.
Candidate candidate(const Arrival &arrival, const plugin::Generation *running);

// Leaves one arrival a plugin: the version it is pinned to, else the highest. Of two files that say
// the same name and version both are refused.
void choose(std::vector<Arrival> &arrivals, const std::map<std::string, std::string> &pins,
            std::vector<Report> &reports);

}  // namespace slipring::upgrade
