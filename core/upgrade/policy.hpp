// Policy: whether a verified build may take the place of what runs, by what it says of itself, by
// what the operator has settled and by the settings it would get. No code of it has run.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "plugin/manifest.hpp"
#include "upgrade/report.hpp"
#include "upgrade/standing.hpp"

namespace slipring::upgrade {

struct Policy {
  bool allow_downgrade = false;
  // Settings of adapters, JSON by plugin name; {} for those not listed.
  std::map<std::string, std::string> adapter_settings{};
  // Settings that transports get on the endpoints, to be checked with their plugin.
  std::multimap<std::string, std::string> transport_settings{};

  // `now`: what serves; nullptr: nothing of that name. Nothing: it may.
  std::optional<Failure> refuse(const plugin::Manifest &next, const std::string &build_id,
                                const plugin::Manifest *now, const Standing &standing) const;
  // What a rollback has to heed too: kind, continuity, state schema, settings.
  std::optional<Failure> refuse_always(const plugin::Manifest &next,
                                       const plugin::Manifest *now) const;
  std::string settings_of(const std::string &plugin) const;
};

}  // namespace slipring::upgrade
