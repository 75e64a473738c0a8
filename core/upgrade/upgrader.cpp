// What is wished and what is done about it.
//
// look() stages and verifies every file of the directory before it loads any, because which build
// of a plugin is wished can only be said when all are known: choose(). bring_in() then takes one
// build through the remaining states; everything it can fail at before `replace` has no effect on
// what serves.
//
// Before code of a build runs here that is not committed, an attempt is on the disk. It is gone
// when the build is committed or has left; one that is found at the start names a build during
// whose upgrade the process ended.
#include "upgrade/upgrader.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "observe/log.hpp"
#include "upgrade/digest.hpp"
#include "upgrade/find.hpp"
#include "upgrade/verify.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {
constexpr size_t history_size = 100;
constexpr const char *at_start = "start";

bool is_named(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool changes(const Report &report) {
  return report.outcome == Outcome::installed || report.outcome == Outcome::committed ||
         report.outcome == Outcome::rolled_back;
}

bool is_about(const Report &report, const std::string &plugin) {
  return report.plugin == plugin || fs::path(report.file).stem() == plugin;
}
}  // namespace

Upgrader::Upgrader(asio::any_io_executor control, shard::ShardSet &shards,
                   edge::AllSessions &sessions, edge::MountTable &mounts,
                   plugin::HostServices &services, StagingArea staging, Records records,
                   UpgradeSettings settings)
    : control_(std::move(control)),
      shards_(shards),
      sessions_(sessions),
      mounts_(mounts),
      services_(services),
      staging_(std::move(staging)),
      records_(std::move(records)),
      settings_(std::move(settings)),
      rehearsal_(settings_.rehearsal, shards_, sessions_),
      transports_(shards_, sessions_) {}

asio::awaitable<void> Upgrader::begin() {
  recover();
  std::vector<Report> reports = co_await look({}, at_start);
  co_await serve_committed(std::move(reports));
}

void Upgrader::recover() {
  for (const auto &entry : records_.ledger.interrupted()) {
    const auto &upgrade = entry.as_object();
    observe::warn("upgrade interrupted", {{"upgrade", upgrade.at("upgrade").as_int64()},
                                          {"plugin", upgrade.at("plugin").as_string()},
                                          {"to", upgrade.at("to").at("version").as_string()},
                                          {"stage", upgrade.at("stage").as_string()},
                                          {"message", "the host ended while it was under way"}});
  }
  const auto attempts = records_.standing.attempts();
  for (const auto &[plugin, attempt] : attempts) {
    const Build &build = attempt.build;
    quarantine({build.version, build.build_id, 0, settings_digest(build.settings)}, plugin,
               "the host ended during its upgrade " + std::to_string(attempt.upgrade) + ", in " +
                   attempt.stage);
    check_written(records_.standing.forget_attempt(plugin));
  }
}

asio::awaitable<void> Upgrader::serve_committed(std::vector<Report> reports) {
  std::vector<Report> brought;
  const auto all = records_.standing.committed();
  for (const auto &[plugin, committed] : all) {
    if (catalog_.serving(plugin) != nullptr) continue;
    const bool refused =
        std::any_of(reports.begin(), reports.end(),
                    [&, &plugin = plugin](auto &r) { return is_about(r, plugin); });
    const fs::path kept = records_.shelf.find(plugin, committed.now.build_id);
    if (!refused || kept.empty()) continue;
    observe::warn("serving the last committed build", {{"plugin", plugin},
                                                       {"version", committed.now.version},
                                                       {"build", committed.now.build_id}});
    Report report;
    report.who = at_start;
    report.file = kept.string();
    auto arrival = inspect(kept, settings_.policy, report);
    if (arrival) {
      if (!committed.now.settings.empty()) arrival->settings = committed.now.settings;
      report = co_await bring_in(std::move(*arrival), at_start);
    }
    brought.push_back(std::move(report));
  }
  co_await conclude(brought);
}

asio::awaitable<std::vector<Report>> Upgrader::look(std::vector<std::string> only,
                                                    std::string who) {
  return look_at(std::move(only), std::move(who), std::nullopt);
}

asio::awaitable<std::vector<Report>> Upgrader::look_for_canary(std::string plugin,
                                                               CanarySettings canary,
                                                               std::string who) {
  std::vector<std::string> only = {std::move(plugin)};
  return look_at(std::move(only), std::move(who), canary);
}

asio::awaitable<std::vector<Report>> Upgrader::look_at(std::vector<std::string> only,
                                                       std::string who,
                                                       std::optional<CanarySettings> canary) {
  std::vector<Report> reports;
  std::vector<Arrival> arrivals;
  {
    const Turn::Guard turn = co_await look_turn_.take();
    reports = inspect_all(only, settings_.policy, arrivals);
    for (Arrival &arrival : arrivals) {
      turns_[arrival.manifest.name];
      arrival.canary = canary;
    }
  }
  for (Report &report : reports) report.who = who;
  const size_t refused = reports.size();
  reports.resize(refused + arrivals.size());
  size_t left = arrivals.size();
  asio::steady_timer all(control_, asio::steady_timer::time_point::max());
  for (size_t i = 0; i < arrivals.size(); ++i) {
    const auto take = [&, to = &reports[refused + i]](const std::exception_ptr &, Report report) {
      *to = std::move(report);
      if (--left == 0) all.cancel();
    };
    asio::co_spawn(control_, bring_in(std::move(arrivals[i]), who), take);
  }
  boost::system::error_code cancelled;
  if (left > 0) co_await all.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  co_await conclude(reports);
  co_return reports;
}

std::vector<Report> Upgrader::inspect_all(const std::vector<std::string> &only,
                                          const Policy &policy, std::vector<Arrival> &arrivals) {
  std::vector<Report> reports;
  const auto files = find_plugins(settings_.directory);
  if (!files) {
    Report report{.file = settings_.directory.string()};
    report.failure = files.error();
    reports.push_back(std::move(report));
    return reports;
  }
  for (const fs::path &file : *files) {
    Report report{.file = file.string()};
    auto arrival = inspect(file, policy, report);
    const std::string name = arrival ? arrival->manifest.name : file.stem().string();
    if (!only.empty() && !is_named(only, name)) continue;
    if (arrival) {
      arrivals.push_back(std::move(*arrival));
    } else {
      reports.push_back(std::move(report));
    }
  }
  choose(arrivals, records_.standing.pins(), reports);
  add_configured_anew(only, policy, arrivals, reports);
  if (only.empty()) warn_of_missing_files(*files);
  return reports;
}

std::optional<Arrival> Upgrader::inspect(const fs::path &file, const Policy &policy,
                                         Report &report) {
  auto staged = staging_.stage(file);
  if (!staged) {
    report.failure = staged.error();
    return std::nullopt;
  }
  report.stage = Stage::staged;
  auto verified = [&]() -> Checked<Verified> {
    if (auto failure = policy.refuse_hash(staged->bytes())) return std::move(*failure);
    return verify(staged->bytes(), &services_.extensions);
  }();
  if (!verified) {
    report.failure = verified.error();
    if (Held *running = catalog_.serving(file.stem().string())) {
      report.plugin = running->generation->manifest().name;
      report.from = build_name(*running->generation);
    }
    return std::nullopt;
  }
  std::string settings = policy.settings_of(verified->manifest);
  return Arrival{file, std::move(*staged), std::move(verified->manifest), verified->build_id,
                 std::move(settings)};
}

asio::awaitable<Report> Upgrader::bring_in(Arrival arrival, std::string who) {
  const Turn::Guard turn = co_await turns_[arrival.manifest.name].take();
  Report report{.who = std::move(who), .plugin = arrival.manifest.name};
  report.file = arrival.file.string();
  report.to = build_name(arrival);
  report.stage = Stage::verified;
  Held *const running = catalog_.serving(arrival.manifest.name);
  const plugin::Generation *const now = running == nullptr ? nullptr : running->generation.get();
  if (now != nullptr) {
    report.from = build_name(*now);
    if (is_done(arrival, *now)) {
      co_await end_canary(report.plugin, "the directory has " + report.from.version + " again");
      report.outcome = Outcome::unchanged;
      co_return report;
    }
  }
  const auto canary = canaries_.find(report.plugin);
  if (canary != canaries_.end() && is_same(canary->second.report.to, report.to)) {
    co_return co_await keep_canary(arrival);
  }
  report.number = records_.ledger.begin();
  auto refused =
      settings_.policy.refuse(candidate(arrival, now), manifest_of(now), records_.standing);
  if (!refused && arrival.canary) refused = refuse_canary(arrival.manifest, manifest_of(now));
  if (!refused) refused = refuse_draining(arrival.manifest);
  if (refused) {
    report.failure = *refused;
  } else {
    co_await load_and_replace(arrival, running, report);
  }
  report.took = session::Clock::now() - report.begun;
  co_return report;
}

asio::awaitable<void> Upgrader::load_and_replace(Arrival &arrival, Held *running, Report &report) {
  // One in probation has passed it, one in canary has not, before another is attempted: a plugin
  // has one attempt at a time.
  co_await settle(report.plugin);
  co_await end_canary(report.plugin, report.to.version + " has come");
  if (auto failure = mark_attempt(arrival, report)) {
    report.failure = *failure;
    co_return;
  }
  report.outcome = Outcome::under_way;
  records_.ledger.note(report);
  const auto reject = [&](Failure failure) {
    report.outcome = Outcome::rejected;
    report.failure = std::move(failure);
    check_written(records_.standing.forget_attempt(report.plugin));
  };
  Rehearsal::Build build{arrival.staged.path(), arrival.manifest, arrival.settings};
  const plugin::Generation *const replaced =
      running != nullptr ? running->generation.get() : nullptr;
  if (auto failure = co_await rehearsal_.run(std::move(build), replaced, report)) {
    reject(std::move(*failure));
    co_return;
  }
  reach(report, Stage::rehearsed);
  auto loaded = load(arrival);
  if (!loaded) {
    reject(loaded.error());
    co_return;
  }
  if (running != nullptr && (*loaded)->transport() != nullptr) {
    if (auto failure = co_await transports_.prepare(**loaded)) {
      set_aside(std::move(*loaded), *failure);
      reject(std::move(*failure));
      co_return;
    }
  }
  Held &held = catalog_.add(std::move(*loaded));
  plugin::Generation &generation = *held.generation;
  report.to.generation = generation.id();
  reach(report, Stage::loaded);
  const CanarySettings canary = canary_for(arrival, running, report);
  if (canary.share > 0) {
    co_await begin_canary(*running, held, canary, report);
    co_return;
  }
  if (running != nullptr) {
    co_await replace(*running, held, report);
    co_return;
  }
  report.outcome = Outcome::installed;
  if (generation.adapter() != nullptr) co_await switch_to(generation);
  check_written(records_.standing.commit(report.plugin, record_of(report.to)));
}

// What may not be written down is not begun: its failure could not be recognised.
std::optional<Failure> Upgrader::mark_attempt(const Arrival &arrival, const Report &report) {
  const std::string &plugin = arrival.manifest.name;
  const Build build{arrival.manifest.version, arrival.build_id, arrival.settings};
  const bool has_other = records_.standing.committed().contains(plugin) &&
                         !records_.standing.is_committed(plugin, build);
  if (!has_other) return std::nullopt;
  const Status status = records_.standing.attempt(plugin, {report.number, build, "verified"});
  if (status.is_ok()) return std::nullopt;
  return Failure{Stage::loaded, "records", status.message(), "a state directory to write to"};
}

Checked<std::unique_ptr<plugin::Generation>> Upgrader::load(Arrival &arrival) {
  const fs::path staged = arrival.staged.path();
  const bool is_adapter = arrival.manifest.kind == plugin::Kind::adapter;
  const std::string name = arrival.manifest.name;
  auto generation = plugin::Generation::load(
      services_, next_generation_++, {arrival.file, staged, arrival.build_id, arrival.manifest});
  if (!generation) {
    return Failure{Stage::loaded, "load", generation.status().message(),
                   "an object that loads and initialises"};
  }
  if (is_adapter) {
    const Status created = (*generation)->create_instances(shards_.size(), arrival.settings);
    if (!created.is_ok()) {
      (*generation)->unload();
      return Failure{Stage::loaded, "create", created.message(), "an instance for every shard"};
    }
  }
  const Status kept = records_.shelf.keep(name, arrival.build_id, staged);
  if (!kept.is_ok()) observe::warn("build not kept", {{"error", kept.message()}});
  arrival.staged.keep();
  return std::move(*generation);
}

void Upgrader::reach(Report &report, Stage stage) {
  report.stage = stage;
  report.stages.emplace_back(stage, session::Clock::now() - report.begun);
  records_.ledger.note(report);
  const auto &attempts = records_.standing.attempts();
  const auto found = attempts.find(report.plugin);
  if (found == attempts.end()) return;
  Attempt attempt = found->second;
  attempt.stage = stage_name(stage);
  check_written(records_.standing.attempt(report.plugin, std::move(attempt)));
}

// What is done when reports are final: what depends on what serves is renewed, and it is told.
asio::awaitable<void> Upgrader::conclude(std::vector<Report> &reports) {
  if (std::any_of(reports.begin(), reports.end(), &changes) && after_changes_) {
    const Turn::Guard turn = co_await changes_turn_.take();
    co_await after_changes_();
  }
  for (Report &report : reports) {
    if (report.outcome == Outcome::unchanged) continue;
    if (report.number == 0) report.number = records_.ledger.begin();
    log_report(report);
    if (report.outcome != Outcome::under_way) totals_.add(report);
    records_.ledger.note(report);
    remember(report);
  }
}

// What is known of an upgrade by its number is replaced.
void Upgrader::remember(const Report &report) {
  const auto known = std::find_if(history_.begin(), history_.end(),
                                  [&](const Report &one) { return one.number == report.number; });
  if (known != history_.end()) {
    *known = report;
    return;
  }
  history_.push_back(report);
  if (history_.size() > history_size) history_.pop_front();
}

asio::awaitable<std::vector<Turn::Guard>> Upgrader::hold() {
  std::vector<Turn::Guard> all;
  all.push_back(co_await look_turn_.take());
  for (auto &[plugin, turn] : turns_) all.push_back(co_await turn.take());
  // Whoever drains is ended with the rest.
  ending_ = true;
  asio::steady_timer pause(control_);
  while (seeing_out_ > 0) {
    pause.expires_after(std::chrono::milliseconds(5));
    co_await pause.async_wait(asio::use_awaitable);
  }
  all.push_back(co_await retire_turn_.take());
  note_canaries_at_end();
  // A host that ends in order has not been ended by them.
  for (auto &[plugin, probation] : probations_) {
    probation.report.stage = Stage::retired;
    check_written(records_.standing.commit(plugin, record_of(probation.report.to)));
    records_.ledger.note(probation.report);
  }
  co_return all;
}

plugin::Generation *Upgrader::transport(std::string_view name) {
  Held *const held = catalog_.serving(name);
  return held != nullptr && held->generation->transport() != nullptr ? held->generation.get()
                                                                     : nullptr;
}

edge::Mounts Upgrader::current_mounts() {
  std::vector<edge::Mount> mounts;
  if (settings_.mounts) {
    mounts = *settings_.mounts;
    for (edge::Mount &mount : mounts) {
      const Held *const held = catalog_.serving(mount.plugin);
      if (held == nullptr) continue;
      const plugin::Manifest &manifest = held->generation->manifest();
      mount.profiles = manifest.profiles;
      if (mount.subprotocols.empty()) mount.subprotocols = manifest.subprotocols;
    }
    return edge::MountTable::by_fit(std::move(mounts));
  }
  for (const Held *held : catalog_.all()) {
    const plugin::Manifest &manifest = held->generation->manifest();
    if (held->state != GenerationState::serving) continue;
    for (const std::string &path : manifest.paths) {
      mounts.push_back({std::make_shared<const std::string>(path),
                        manifest.name,
                        manifest.subprotocols,
                        {},
                        manifest.profiles});
    }
  }
  return edge::MountTable::by_fit(std::move(mounts));
}

void Upgrader::warn_of_missing_files(const std::vector<fs::path> &files) {
  for (const Held *held : catalog_.all()) {
    const fs::path &file = held->generation->source().file;
    if (held->state != GenerationState::serving ||
        std::find(files.begin(), files.end(), file) != files.end()) {
      continue;
    }
    const bool has_other_file = std::any_of(files.begin(), files.end(), [&](const fs::path &other) {
      return other.stem() == held->generation->manifest().name;
    });
    if (has_other_file) continue;
    observe::warn("plugin file gone", {{"plugin", held->generation->manifest().name},
                                       {"file", file.string()},
                                       {"serving", held->generation->manifest().version}});
  }
}

void Upgrader::over_limit(const plugin::Activity &callback) {
  Held *const held = catalog_.find(callback.generation);
  if (held != nullptr) held->last_over_limit = callback;
}

}  // namespace slipring::upgrade
