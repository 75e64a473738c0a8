// Canary: a new version that gets a share of the new sessions beside the old one, and is compared
// with it, before the rest move.
//
// Thread-safety: plain values.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

#include "plugin/counts.hpp"
#include "plugin/generation.hpp"
#include "plugin/manifest.hpp"
#include "upgrade/report.hpp"

namespace slipring::upgrade {

struct CanarySettings {
  double share = 0;                 // of new sessions; 0: no canary
  std::chrono::nanoseconds time{};  // after which it is promoted; 0: by command alone
};

struct Canary {
  Report report;
  CanarySettings settings;
  uint64_t old_generation = 0;
  uint64_t new_generation = 0;
  plugin::Counts old_before{};  // when the canary began
  plugin::Counts new_before{};
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
};

// Why sessions of one cannot be shared out between the two; `now`: nullptr when nothing serves.
std::optional<Failure> refuse_canary(const plugin::Manifest &next, const plugin::Manifest *now);

// "12.5%"
std::string percent(double share);

// With what both versions have done since it began.
boost::json::object to_json(const Canary &canary, const plugin::Generation &old,
                            const plugin::Generation &next);

}  // namespace slipring::upgrade
