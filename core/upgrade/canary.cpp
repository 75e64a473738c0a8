#include "upgrade/canary.hpp"

#include <array>
#include <boost/json.hpp>
#include <cstdio>

#include "upgrade/comparison.hpp"

namespace slipring::upgrade {

namespace json = boost::json;

namespace {

std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

Failure refused(std::string found, std::string expected) {
  return {Stage::verified, "canary", std::move(found), std::move(expected)};
}

json::object view(const plugin::Generation &generation, const plugin::Counts &before) {
  const plugin::Counts counts = generation.counts().since(before);
  return {{"version", generation.manifest().version},
          {"build_id", generation.source().build_id},
          {"generation", generation.id()},
          {"sessions", generation.sessions()},
          {"opened", counts.opened},
          {"ended_badly", counts.ended_badly},
          {"calls", counts.calls},
          {"failed", counts.failed},
          {"slow", counts.slow},
          {"failed_per_1000", per_thousand(counts.failed, counts)},
          {"slow_per_1000", per_thousand(counts.slow, counts)}};
}

}  // namespace

std::optional<Failure> refuse_canary(const plugin::Manifest &next, const plugin::Manifest *now) {
  if (now == nullptr) return refused("no version that serves", "one to compare with");
  if (next.kind != plugin::Kind::adapter) {
    return refused(std::string(kind_name(next.kind)), "an adapter: it alone has sessions to share");
  }
  if (next.profiles != now->profiles) {
    return refused("profiles " + listed(next.profiles),
                   listed(now->profiles) + ", as the running version");
  }
  if (next.subprotocols != now->subprotocols) {
    return refused("subprotocols " + listed(next.subprotocols),
                   listed(now->subprotocols) + ", as the running version");
  }
  return std::nullopt;
}

std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g%%", share * 100);
  return text.data();
}

json::object to_json(const Canary &canary, const plugin::Generation &old,
                     const plugin::Generation &next) {
  const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - canary.since;
  const std::chrono::duration<double> time = canary.settings.time;
  return {{"plugin", canary.report.plugin},
          {"upgrade", canary.report.number},
          {"share", canary.settings.share},
          {"seconds", lasted.count()},
          {"promoted_after_seconds", time.count() == 0 ? json::value() : json::value(time.count())},
          {"old", view(old, canary.old_before)},
          {"new", view(next, canary.new_before)}};
}

}  // namespace slipring::upgrade
