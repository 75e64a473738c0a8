#include "upgrade/report.hpp"

#include <algorithm>
#include <array>

#include "observe/log.hpp"

namespace slipring::upgrade {

std::string_view stage_name(Stage stage) {
  static constexpr std::array<std::string_view, 10> names = {
      "found",  "staged", "verified",  "rehearsed", "loaded",
      "canary", "moving", "probation", "retired",   "unloaded"};
  return names[static_cast<size_t>(stage)];
}

std::string_view outcome_name(Outcome outcome) {
  static constexpr std::array<std::string_view, 7> names = {
      "installed", "committed", "rejected", "rolled back", "unchanged", "under way", "interrupted"};
  return names[static_cast<size_t>(outcome)];
}

std::string_view change_name(Change change) {
  static constexpr std::array<std::string_view, 3> names = {"build", "configuration",
                                                            "build and configuration"};
  return names[static_cast<size_t>(change)];
}

// A first version, too, comes as a build.
bool is_same(const BuildName &one, const BuildName &other) {
  return one.build_id == other.build_id && one.settings == other.settings;
}

Change change_of(const BuildName &from, const BuildName &to) {
  const bool both = !from.build_id.empty() && !to.build_id.empty();
  if (!both || from.settings == to.settings) return Change::build;
  return from.build_id == to.build_id ? Change::configuration : Change::build_and_configuration;
}

std::string Failure::line() const {
  std::string text = check + ": found " + found;
  if (!expected.empty()) text += ", expected " + expected;
  return text;
}

uint64_t Report::moved() const {
  uint64_t sum = 0;
  for (const auto &shard : shards) sum += shard.moved;
  return sum;
}

uint64_t Report::stayed() const {
  uint64_t sum = 0;
  for (const auto &shard : shards) sum += shard.stayed;
  return sum;
}

uint64_t Report::still_there() const {
  if (!drain) return remaining;
  const uint64_t all = remaining + drain->late;
  const uint64_t gone = drain->left + drain->cut;
  return all > gone ? all - gone : 0;
}

uint64_t Report::ended() const {
  const uint64_t known = moved() + remaining;
  return planned > known ? planned - known : 0;
}

std::vector<std::string> Report::reasons() const {
  std::vector<std::string> all;
  for (const auto &shard : shards) {
    for (const std::string &reason : shard.reasons) {
      if (std::find(all.begin(), all.end(), reason) == all.end()) all.push_back(reason);
    }
  }
  return all;
}

std::string Report::message() const {
  const std::string name = plugin.empty() ? file : plugin;
  switch (outcome) {
    case Outcome::installed:
      return name + ' ' + to.version + " serves";
    case Outcome::unchanged:
      if (stage == Stage::canary) return name + ' ' + to.version + " stays in canary";
      return name + ' ' + from.version + " is unchanged";
    case Outcome::rejected:
      return failure.line();
    case Outcome::rolled_back:
      return name + ' ' + from.version +
             (change() == Change::configuration ? " serves again with the settings before: "
              : stage == Stage::canary          ? " serves all again: "
                                                : " serves again: ") +
             failure.line();
    case Outcome::under_way:
      if (stage == Stage::canary) {
        return name + ' ' + to.version + " is in canary beside " + from.version;
      }
      return name + ' ' + to.version + ": " + std::string(stage_name(stage));
    case Outcome::interrupted:
    case Outcome::committed:
      break;
  }
  std::string text = name + ' ' + from.version;
  if (change() != Change::configuration) text += " replaced by " + to.version;
  if (change() != Change::build) text += " configured anew";
  if (shards.empty()) {  // a transport
    return text + ", " + std::to_string(remaining) + " sessions stay with " + from.version +
           " until they end";
  }
  text += ", " + std::to_string(moved()) + " sessions moved";
  if (stayed() == 0) return text;
  text += ", " + std::to_string(stayed()) + " stayed with ";
  text += change() == Change::configuration ? "the settings before" : from.version;
  return text;
}

void log_report(const Report &report) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(report.took).count() / 1000.0;
  if (report.outcome == Outcome::rejected) {
    observe::warn("plugin rejected", {{"file", report.file},
                                      {"plugin", report.plugin},
                                      {"not", stage_name(report.failure.stage)},
                                      {"check", report.failure.check},
                                      {"found", report.failure.found},
                                      {"expected", report.failure.expected},
                                      {"serving", report.from.version}});
    return;
  }
  const auto level = report.outcome == Outcome::rolled_back || report.stayed() != 0
                         ? observe::LogLevel::warn
                         : observe::LogLevel::info;
  observe::log(level, std::string("plugin ") + std::string(outcome_name(report.outcome)),
               {{"plugin", report.plugin},
                {"from", report.from.version},
                {"to", report.to.version},
                {"build", report.to.build_id},
                {"generation", report.to.generation},
                {"changed", change_name(report.change())},
                {"moved", report.moved()},
                {"stayed", report.stayed()},
                {"milliseconds", milliseconds},
                {"message", report.message()}});
}

}  // namespace slipring::upgrade
