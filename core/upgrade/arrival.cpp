#include "upgrade/arrival.hpp"

#include <algorithm>
#include <set>

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
