// Upgrader: makes what runs equal to what lies in the plugin directory, and back.
//
//   found ► staged ► verified ► rehearsed ► loaded ► [canary] ► moving ► probation ► retired ►
//   unloaded
//
// Any failure before `moving` leaves the old version serving and nothing else changed. In `canary`,
// when there is one, the new version gets a share of the new sessions and is compared. In `moving`
// every shard gives new sessions to the new version before the first session moves; a session that
// cannot move stays with the old version, which then drains; when more than a configured share
// cannot, all go back. In `probation` the old version is kept warm: until its time is over all can
// go back to it, by command or because the new one does badly.
//
// What is wished is builds and the settings of adapters: other settings are a new generation of the
// same build, which goes the same way.
//
// Parts: upgrader.cpp (what is wished and what is done about it), walk.cpp (moving sessions, ending
// generations), canary_walk.cpp (before the move), probation.cpp (after it: settling, going back),
// draining.cpp (what stays with a version that was replaced; versions of transports side by side),
// health.cpp, configure.cpp (other settings), plan.cpp.
//
// Thread-safety: control thread. Upgrades of one plugin run one at a time, in the order they were
// asked for; those of different plugins side by side.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "edge/endpoint.hpp"
#include "edge/goodbye.hpp"
#include "edge/mount_table.hpp"
#include "plugin/activity.hpp"
#include "shard/shard_set.hpp"
#include "upgrade/arrival.hpp"
#include "upgrade/canary.hpp"
#include "upgrade/catalog.hpp"
#include "upgrade/comparison.hpp"
#include "upgrade/plan.hpp"
#include "upgrade/policy.hpp"
#include "upgrade/records.hpp"
#include "upgrade/rehearsal.hpp"
#include "upgrade/report.hpp"
#include "upgrade/staging.hpp"
#include "upgrade/totals.hpp"
#include "upgrade/transports.hpp"
#include "upgrade/turn.hpp"

namespace slipring::upgrade {

// What stays with a version that was replaced.
struct DrainSettings {
  std::chrono::nanoseconds time = std::chrono::seconds(30);  // 0: until it ends
  size_t at_most = 3;                                        // versions of a plugin that drain
  // When the time is over: what is about to end by itself has this long, and clients are told so.
  std::chrono::nanoseconds grace = std::chrono::seconds(5);
  edge::GoodbyePace pace{};
};

struct UpgradeSettings {
  std::filesystem::path directory;
  Policy policy{};
  // Time a shard spends moving sessions before it lets traffic pass.
  std::chrono::nanoseconds slice = std::chrono::microseconds(200);
  // When a larger share of the sessions cannot move, all go back.
  double max_failed_moves = 0.5;
  // How long the old version is kept warm; 0: not at all.
  std::chrono::nanoseconds probation = std::chrono::seconds(5);
  // When more calls of the new version fail, or take too long, in its probation, all go back.
  uint64_t max_errors = 3;
  // Or more often than so many times the old version's rate.
  double error_factor = 2;
  // Before the move.
  CanarySettings canary{};
  DrainSettings drain{};
  RehearsalSettings rehearsal{};
  // Mounts by configuration; nothing: every adapter at the paths of its manifest.
  std::optional<std::vector<edge::Mount>> mounts{};
};

class Upgrader {
 public:
  Upgrader(boost::asio::any_io_executor control, shard::ShardSet &shards,
           edge::AllSessions &sessions, edge::MountTable &mounts, plugin::HostServices &services,
           StagingArea staging, Records records, UpgradeSettings settings);

  // The first look: what the process before left unfinished is told and put in quarantine; where a
  // plugin's file is refused, the build that was committed last serves.
  boost::asio::awaitable<void> begin();
  // Looks at the directory and brings in what is new or changed, limited to the plugins named in
  // `only` unless that is empty. One report a file that was considered. `who` asked: "SIGHUP".
  boost::asio::awaitable<std::vector<Report>> look(std::vector<std::string> only, std::string who);
  // The same of one plugin, of which a new build gets a canary as `canary` says; one that has it
  // goes on with that share and time.
  boost::asio::awaitable<std::vector<Report>> look_for_canary(std::string plugin,
                                                              CanarySettings canary,
                                                              std::string who);
  // Ends the plugin's canary: all sessions move to it, or its own move back.
  boost::asio::awaitable<Result<Report>> promote(std::string plugin, std::string who);
  boost::asio::awaitable<Result<Report>> abort(std::string plugin, std::string who);
  const std::map<std::string, Canary> &canaries() const { return canaries_; }
  // As JSON; of one plugin unless it is empty.
  boost::json::array show_canaries(std::string_view plugin = {});
  // What look() would do if `wished` were its policy. Nothing is loaded, nothing changes.
  boost::asio::awaitable<std::vector<Planned>> plan(std::vector<std::string> only, Policy wished);
  // From now on these settings hold, but for the directory, which stays. Adapters get theirs with
  // the next look: as new generations.
  boost::asio::awaitable<void> configure(UpgradeSettings settings);
  // Sends all sessions of the plugin back to the version before, which is loaded again if it has
  // ended, and puts the build they leave in quarantine. An empty name: the last upgrade.
  boost::asio::awaitable<Result<Report>> rollback(std::string plugin, std::string who);

  // Waits until no upgrade is under way and keeps others from beginning: for the end of the host.
  boost::asio::awaitable<std::vector<Turn::Guard>> hold();

  // The transport of that name, loaded by begin(); nullptr when there is none.
  plugin::Generation *transport(std::string_view name);

  // `call` is awaited after each change of what serves, before another begins.
  void after_changes(std::function<boost::asio::awaitable<void>()> call) {
    after_changes_ = std::move(call);
  }

  // A callback of a generation takes longer than the watchdog's limit.
  void over_limit(const plugin::Activity &callback);

  // See Transports.
  void set_seats(std::vector<edge::TransportSeat *> seats) {
    transports_.set_seats(std::move(seats));
  }
  // Sets Held::carried of all transports.
  boost::asio::awaitable<void> count_carried();

  // What is mounted now.
  edge::Mounts current_mounts();

  Catalog &catalog() { return catalog_; }
  Records &records() { return records_; }
  // The last 100 reports of something that changed or was refused, oldest first.
  const std::deque<Report> &history() const { return history_; }
  // Of all of them.
  const Totals &totals() const { return totals_; }

 private:
  // Of both versions, before the move.
  struct CountsBefore {
    plugin::Counts old{};
    plugin::Counts next{};
  };
  // A new version whose old one is still warm.
  struct Probation {
    Report report;
    uint64_t old_generation = 0;
    uint64_t new_generation = 0;
    CountsBefore counts{};
  };

  // upgrader.cpp
  boost::asio::awaitable<std::vector<Report>> look_at(std::vector<std::string> only,
                                                      std::string who,
                                                      std::optional<CanarySettings> canary);
  void recover();
  boost::asio::awaitable<void> serve_committed(std::vector<Report> reports);
  std::vector<Report> inspect_all(const std::vector<std::string> &only, const Policy &policy,
                                  std::vector<Arrival> &arrivals);
  std::optional<Arrival> inspect(const std::filesystem::path &file, const Policy &policy,
                                 Report &report);
  boost::asio::awaitable<Report> bring_in(Arrival arrival, std::string who);
  boost::asio::awaitable<void> load_and_replace(Arrival &arrival, Held *running, Report &report);
  Checked<std::unique_ptr<plugin::Generation>> load(Arrival &arrival);
  std::optional<Failure> mark_attempt(const Arrival &arrival, const Report &report);
  void reach(Report &report, Stage stage);
  boost::asio::awaitable<void> conclude(std::vector<Report> &reports);
  void remember(const Report &report);
  void warn_of_missing_files(const std::vector<std::filesystem::path> &files);

  // plan.cpp
  Planned plan_of(const Arrival &arrival, const Policy &wished);

  // configure.cpp
  void add_configured_anew(const std::vector<std::string> &only, const Policy &policy,
                           std::vector<Arrival> &arrivals, std::vector<Report> &reports);
  bool is_coming(const plugin::Generation &serving, const Policy &policy,
                 const std::vector<Arrival> &arrivals) const;

  // draining.cpp
  std::optional<Failure> refuse_draining(const plugin::Manifest &next);
  void set_aside(std::unique_ptr<plugin::Generation> generation, const Failure &failure);
  boost::asio::awaitable<void> replace_transport(const Held &old_held, Held &new_held,
                                                 Report &report);
  boost::asio::awaitable<std::optional<Failure>> prepare_again(Held &held);
  void drain(Held &held);
  bool is_left(uint64_t id);
  boost::asio::awaitable<void> wait_while_left(uint64_t id, std::chrono::nanoseconds at_most);
  boost::asio::awaitable<void> see_out(uint64_t id);
  boost::asio::awaitable<uint64_t> cut_off(uint64_t id);
  boost::asio::awaitable<void> end_transport(uint64_t id);
  void note_drained(const plugin::Generation &generation, bool unloaded);

  // walk.cpp
  boost::asio::awaitable<void> replace(Held &old_held, Held &new_held, Report &report);
  boost::asio::awaitable<void> walk_back(Held &from, Held &to, const std::string &cause);
  boost::asio::awaitable<void> switch_to(plugin::Generation &generation);
  boost::asio::awaitable<std::vector<session::MoveReport>> move_to(plugin::Generation &generation);
  uint64_t sessions_beside(const plugin::Generation &generation);
  boost::asio::awaitable<void> retire_empty();
  // It is ended, and its object is still there.
  void keep_mapped(Held &held);

  // canary_walk.cpp
  CanarySettings canary_for(const Arrival &arrival, const Held *running, Report &report) const;
  boost::asio::awaitable<void> begin_canary(Held &old_held, Held &new_held, CanarySettings settings,
                                            Report &report);
  boost::asio::awaitable<void> share_out(Held &canary, double share);
  boost::asio::awaitable<Report> keep_canary(const Arrival &arrival);
  boost::asio::awaitable<void> watch_canary(std::string plugin, uint64_t number);
  std::optional<Failure> does_worse(const Canary &canary);
  // REQUIRES: there is one.
  boost::asio::awaitable<Report> stop_canary(const std::string &plugin, Failure why);
  boost::asio::awaitable<Report> promote_canary(const std::string &plugin, std::string who);
  // If there is one.
  boost::asio::awaitable<void> end_canary(const std::string &plugin, std::string why);
  void note_canaries_at_end();

  // health.cpp
  boost::asio::awaitable<std::optional<Failure>> ask_health(uint64_t generation, Stage stage,
                                                            session::Clock::time_point &due);

  // probation.cpp
  boost::asio::awaitable<void> watch(std::string plugin, uint64_t number);
  std::optional<Failure> misbehaves(const Probation &probation);
  ErrorLimits error_limits() const { return {settings_.max_errors, settings_.error_factor}; }
  static void name_slow_call(const Held &held, Failure &failure);
  boost::asio::awaitable<void> settle(const std::string &plugin);
  boost::asio::awaitable<void> commit(Held &old_held, Report &report);
  boost::asio::awaitable<Report> send_back(const std::string &plugin, Failure why);
  boost::asio::awaitable<Result<Report>> bring_back(const std::string &plugin,
                                                    const std::string &who);
  // What it would take back; empty: nothing.
  std::string last_upgraded() const;
  Result<Arrival> arrival_of_before(const std::string &plugin);
  // As it is written down. REQUIRES: the generation is there.
  Build record_of(const BuildName &build);
  boost::asio::awaitable<void> begin_probation(Held &old_held, const Held &new_held, Report &report,
                                               CountsBefore counts);
  boost::asio::awaitable<Report> stay_after_all(const std::string &plugin, const Failure &why,
                                                const Failure &because);
  void quarantine(const BuildName &build, const std::string &plugin, std::string reason);

  boost::asio::any_io_executor control_;
  shard::ShardSet &shards_;
  edge::AllSessions &sessions_;
  edge::MountTable &mounts_;
  plugin::HostServices &services_;
  StagingArea staging_;
  Records records_;
  UpgradeSettings settings_;
  Rehearsal rehearsal_;
  Catalog catalog_;
  Turn look_turn_;
  std::map<std::string, Turn> turns_;  // of each plugin
  Turn retire_turn_;
  Turn changes_turn_;
  std::map<std::string, Canary> canaries_;
  std::map<std::string, Probation> probations_;
  Transports transports_;
  std::map<uint64_t, Report> drains_;  // by the version that drains
  std::set<uint64_t> being_cut_;       // versions whose time is over
  uint64_t seeing_out_ = 0;            // versions
  bool ending_ = false;
  std::deque<Report> history_;
  Totals totals_;
  uint64_t next_generation_ = 1;
  std::function<boost::asio::awaitable<void>()> after_changes_;
};

}  // namespace slipring::upgrade
