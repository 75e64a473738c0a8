// Policy: whether a verified build may take the place of what runs, by what it says of itself, by
// what the operator has settled and by the settings it would get. No code of it has run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "plugin/manifest.hpp"
#include "upgrade/report.hpp"
#include "upgrade/standing.hpp"

namespace slipring::upgrade {

// What is to take the place of what serves. Borrows its members.
struct Candidate {
  const plugin::Manifest &manifest;
  const std::string &build_id;
  const std::string &settings;  // canonical; empty: a transport's, which has those of its endpoints
  bool serves = false;          // this build serves already, with other settings
};

// Where settings stand: "slipring.yaml:12:5", by what is there: "settings.links.north".
using Places = std::map<std::string, std::string>;

struct Policy {
  bool allow_downgrade = false;
  // SHA-256 of files that may be loaded; nothing: any.
  std::optional<std::set<std::string>> allow{};
  // Settings of adapters, JSON by plugin name; {} for those not listed.
  std::map<std::string, std::string> adapter_settings{};
  // Where they stand, by plugin name.
  std::map<std::string, Places> places{};
  // Settings that transports get on the endpoints, to be checked with their plugin.
  std::multimap<std::string, std::string> transport_settings{};

  // Whether a file with these bytes may be looked at.
  std::optional<Failure> refuse_hash(std::span<const uint8_t> bytes) const;
  // `now`: what serves; nullptr: nothing of that name. Nothing: it may.
  std::optional<Failure> refuse(const Candidate &next, const plugin::Manifest *now,
                                const Standing &standing) const;
  // What a rollback has to heed too: kind, continuity, state schema, settings.
  std::optional<Failure> refuse_always(const Candidate &next, const plugin::Manifest *now) const;
  // What the plugin is to have, canonical.
  std::string settings_of(const plugin::Manifest &plugin) const;

 private:
  std::optional<Failure> refuse_quarantined(const Candidate &next, const Standing &standing) const;
  std::optional<Failure> refuse_version(const Candidate &next, const plugin::Manifest *now,
                                        const Standing &standing) const;
  std::optional<Failure> refuse_settings(const Candidate &next) const;
};

}  // namespace slipring::upgrade
