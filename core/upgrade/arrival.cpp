#include "upgrade/arrival.hpp"

#include <algorithm>
#include <set>

#include "upgrade/digest.hpp"

namespace slipring::upgrade {

namespace {

Report twin(const Arrival &one, const Arrival &other) {
  Report report;
  report.plugin = one.manifest.name;
  report.file = one.file.string();
  report.failure = {
      Stage::verified, "twins",
      one.manifest.name + ' ' + one.manifest.version + " also in " + other.file.filename().string(),
      "one file for a name and version"};
  return report;
}

// Whether `other` is wished rather than `one`, of the same plugin.
bool goes_before(const Arrival &other, const Arrival &one, const std::string *pin) {
  if (pin != nullptr && (one.manifest.version == *pin) != (other.manifest.version == *pin)) {
    return other.manifest.version == *pin;
  }
  return plugin::compare_versions(one.manifest.version, other.manifest.version) < 0;
}

}  // namespace

BuildName build_name(const Arrival &arrival) {
  return {arrival.manifest.version, arrival.build_id, 0, settings_digest(arrival.settings)};
}

BuildName build_name(const plugin::Generation &generation) {
  return {generation.manifest().version, generation.source().build_id, generation.id(),
          settings_digest(generation.settings())};
}

bool is_done(const Arrival &arrival, const plugin::Generation &running) {
  const bool same_build = running.source().build_id == arrival.build_id;
  return same_build ? running.settings() == arrival.settings : arrival.is_kept;
}

const plugin::Manifest *manifest_of(const plugin::Generation *generation) {
  return generation == nullptr ? nullptr : &generation->manifest();
}

Candidate candidate(const Arrival &arrival, const plugin::Generation *running) {
  const bool serves = running != nullptr && running->source().build_id == arrival.build_id;
  return {arrival.manifest, arrival.build_id, arrival.settings, serves};
}

void choose(std::vector<Arrival> &arrivals, const std::map<std::string, std::string> &pins,
            std::vector<Report> &reports) {
  std::set<const Arrival *> out;
  for (const Arrival &one : arrivals) {
    const auto pinned = pins.find(one.manifest.name);
    const std::string *const pin = pinned == pins.end() ? nullptr : &pinned->second;
    for (const Arrival &other : arrivals) {
      if (&one == &other || one.manifest.name != other.manifest.name) continue;
      if (plugin::compare_versions(one.manifest.version, other.manifest.version) == 0) {
        reports.push_back(twin(one, other));
        out.insert(&one);
      } else if (goes_before(other, one, pin)) {
        out.insert(&one);
      }
    }
  }
  std::vector<Arrival> left;
  for (Arrival &arrival : arrivals) {
    if (!out.contains(&arrival)) left.push_back(std::move(arrival));
  }
  arrivals.swap(left);
}

}  // namespace slipring::upgrade
