// What became of one file in the plugin directory: a Failure names the check, a Report the whole
// story.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "session/move.hpp"

namespace slipring::upgrade {

// How far a build has come (docs/architecture.md, "The upgrade machine").
enum class Stage {
  found,
  staged,
  verified,
  rehearsed,
  loaded,
  canary,
  moving,
  probation,
  retired,
  unloaded
};
std::string_view stage_name(Stage stage);

// Why a build was refused. `check` is a fixed word, "abi" or "mode"; the rest is for people.
struct Failure {
  Stage stage = Stage::found;  // the one that was not reached
  std::string check;
  std::string found;
  std::string expected;

  // "abi: found 0.2, expected 0.1"
  std::string line() const;
};

template <class T>
using Checked = Result<T, Failure>;

enum class Outcome {
  installed,
  committed,  // serves; in stage `probation` it may still be sent back
  rejected,
  rolled_back,
  unchanged,
  under_way,
  interrupted  // the process ended while it was under way
};
std::string_view outcome_name(Outcome outcome);

struct BuildName {
  std::string version;
  std::string build_id;
  uint64_t generation = 0;  // 0: none
  std::string settings{};   // their digest; empty: it has none
};
// Of one build, with the same settings.
bool is_same(const BuildName &one, const BuildName &other);

// What an upgrade changes.
enum class Change { build, configuration, build_and_configuration };
std::string_view change_name(Change change);
Change change_of(const BuildName &from, const BuildName &to);

// What became of the sessions that stayed with a version when it was replaced. Shared by the copies
// of a report: it is known later.
struct DrainFigures {
  uint64_t stayed = 0;  // when all had moved that could
  uint64_t opened = 0;  // of a transport: since its instances were made, by then
  uint64_t late = 0;    // had connected and began only afterwards
  uint64_t left = 0;    // of these and those: ended by themselves, or were moved later
  uint64_t cut = 0;     // ended by the host when their time was over
};

struct Report {
  uint64_t number = 0;       // in the ledger; 0: it is not there
  std::string who{};         // "SIGHUP", "command", "start"
  bool is_rollback = false;  // to a version that served before: it needs no probation
  std::string plugin{};      // empty when the file did not say
  std::string file{};
  BuildName from{};
  BuildName to{};
  Outcome outcome = Outcome::rejected;
  Stage stage = Stage::found;  // the last one reached
  Failure failure{};           // when rejected or rolled back
  std::chrono::system_clock::time_point at = std::chrono::system_clock::now();  // when it began
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::chrono::nanoseconds took{};
  std::vector<std::pair<Stage, std::chrono::nanoseconds>> stages{};  // reached, and how long after
  // Sessions of other generations when every shard had switched, and when the walk had ended.
  uint64_t planned = 0;
  uint64_t remaining = 0;
  std::vector<session::MoveReport> shards{};
  bool old_unloaded = false;
  std::shared_ptr<DrainFigures> drain{};  // of a version that replaced another
  std::vector<std::string> notes{};       // what else an operator should know

  Change change() const { return change_of(from, to); }
  uint64_t moved() const;
  uint64_t stayed() const;
  // That began, and of those that stayed, as far as is known: still there.
  uint64_t late() const { return drain ? drain->late : 0; }
  uint64_t still_there() const;
  // Of those planned: neither moved nor remaining, so they ended by themselves meanwhile.
  uint64_t ended() const;
  std::vector<std::string> reasons() const;  // distinct, of sessions that stayed
  // One line for a person.
  std::string message() const;
};

// Writes the report to the log, one line.
void log_report(const Report &report);

}  // namespace slipring::upgrade
