#include "upgrade/plan.hpp"

#include <array>
#include <boost/json.hpp>
#include <filesystem>

#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace json = boost::json;

std::string_view action_name(Action action) {
  static constexpr std::array<std::string_view, 5> names = {"install", "upgrade", "configure",
                                                            "nothing", "refuse"};
  return names[static_cast<size_t>(action)];
}

std::string Planned::message() const {
  const std::string name =
      plugin.empty() ? std::filesystem::path(file).filename().string() : plugin;
  switch (action) {
    case Action::install:
      return name + ' ' + to.version + " will serve";
    case Action::nothing:
      if (canary_share > 0) return name + ' ' + to.version + " stays in canary";
      return name + ' ' + from.version + " stays as it is";
    case Action::refuse:
      return name + " will be refused: " + failure.line();
    case Action::upgrade:
    case Action::configure:
      break;
  }
  std::string text = name + ' ' + from.version + " will be ";
  if (action == Action::upgrade) text += "replaced by " + to.version;
  if (action == Action::configure) text += "configured anew";
  if (change_of(from, to) == Change::build_and_configuration) text += ", configured anew";
  if (canary_share > 0) text += " after a canary with " + percent(canary_share);
  const auto add = [&text](uint64_t sessions, std::string_view what) {
    if (sessions > 0) text += ", " + std::to_string(sessions) + ' ' + std::string(what);
  };
  add(with_state, "sessions move with their state");
  add(without_state, "sessions move");
  add(stay, "sessions stay until they end");
  return text;
}

json::object to_json(const Planned &planned) {
  const auto view = [](const BuildName &build) {
    return json::object{
        {"version", build.version}, {"build_id", build.build_id}, {"settings", build.settings}};
  };
  return {{"plugin", planned.plugin},
          {"file", planned.file},
          {"from", view(planned.from)},
          {"to", view(planned.to)},
          {"action", action_name(planned.action)},
          {"changed", change_name(change_of(planned.from, planned.to))},
          {"check", planned.failure.check},
          {"found", planned.failure.found},
          {"expected", planned.failure.expected},
          {"sessions",
           {{"with_state", planned.with_state},
            {"without_state", planned.without_state},
            {"stay", planned.stay}}},
          {"canary_share", planned.canary_share},
          {"message", planned.message()}};
}

namespace {

// By the classes both versions declare.
void count_sessions(const Held &held, const plugin::Manifest &next, Planned &planned) {
  const plugin::Generation &now = *held.generation;
  if (!plugin::sessions_move(now.manifest(), next)) {
    planned.stay += now.sessions() + held.carried;
  } else if (next.continuity == plugin::Continuity::rebind) {
    planned.without_state += now.sessions();
  } else {
    planned.with_state += now.sessions();
  }
}

}  // namespace

asio::awaitable<std::vector<Planned>> Upgrader::plan(std::vector<std::string> only, Policy wished) {
  std::vector<Arrival> arrivals;
  const Turn::Guard turn = co_await look_turn_.take();
  co_await count_carried();
  const std::vector<Report> refused = inspect_all(only, wished, arrivals);
  std::vector<Planned> all;
  all.reserve(refused.size() + arrivals.size());
  for (const Report &report : refused) {
    all.push_back({.plugin = report.plugin, .file = report.file, .from = report.from});
    all.back().action = Action::refuse;
    all.back().failure = report.failure;
  }
  for (const Arrival &arrival : arrivals) all.push_back(plan_of(arrival, wished));
  co_return all;
}

Planned Upgrader::plan_of(const Arrival &arrival, const Policy &wished) {
  Planned planned{.plugin = arrival.manifest.name, .file = arrival.file.string()};
  planned.to = build_name(arrival);
  const Held *const running = catalog_.serving(arrival.manifest.name);
  const plugin::Generation *const now = running == nullptr ? nullptr : running->generation.get();
  if (now != nullptr) {
    planned.from = build_name(*now);
    if (is_done(arrival, *now)) return planned;
  }
  const auto canary = canaries_.find(planned.plugin);
  if (canary != canaries_.end() && is_same(canary->second.report.to, planned.to)) {
    planned.canary_share = canary->second.settings.share;
    return planned;
  }
  auto refused = wished.refuse(candidate(arrival, now), manifest_of(now), records_.standing);
  if (!refused) refused = refuse_draining(arrival.manifest);
  if (refused) {
    planned.action = Action::refuse;
    planned.failure = *refused;
    return planned;
  }
  const bool same_build = planned.from.build_id == planned.to.build_id;
  planned.action = now == nullptr ? Action::install
                   : same_build   ? Action::configure
                                  : Action::upgrade;
  if (!refuse_canary(arrival.manifest, manifest_of(now))) {
    planned.canary_share = settings_.canary.share;
  }
  for (const Held *held : catalog_.all()) {
    if (held->generation->manifest().name != arrival.manifest.name) continue;
    count_sessions(*held, arrival.manifest, planned);
  }
  return planned;
}

}  // namespace slipring::upgrade
