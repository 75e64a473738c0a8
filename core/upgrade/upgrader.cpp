// The upgrade machine as one walk.
//
// look() stages and verifies every file of the directory before it loads any, because which build
// of a plugin is wished can only be said when all are known: the highest version wins, two files
// that say the same name and version are both refused, and a build that is mapped already is left
// alone. bring_in() then takes one build through the remaining states; everything it can fail at
// before `replace` has no effect on what serves. `replace` is where shards are involved: they
// switch (all of them, before the first session moves), walk, and, when too many sessions could not
// move, walk back.
//
// A generation ends in retire_empty(): once no shard has a session of it, every shard passes a
// quiescent point (nothing of it can be on any stack after that), its instances are destroyed here,
// on the control thread, and the process maps are asked whether it is really gone.
#include "upgrade/upgrader.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <set>

#include "observe/log.hpp"
#include "plugin/process_maps.hpp"
#include "upgrade/find.hpp"
#include "upgrade/settings_schema.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {
constexpr size_t history_size = 100;

BuildName build_name(const plugin::Generation &generation) {
  return {generation.manifest().version, generation.source().build_id, generation.id()};
}

bool is_named(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
}  // namespace

// A build that has been staged and verified.
struct Upgrader::Arrival {
  fs::path file;
  StagedFile staged;
  plugin::Manifest manifest;
  std::string build_id;
};

Upgrader::Upgrader(asio::any_io_executor control, shard::ShardSet &shards,
                   edge::AllSessions &sessions, edge::MountTable &mounts,
                   plugin::HostServices &services, StagingArea staging, UpgradeSettings settings)
    : control_(std::move(control)),
      shards_(shards),
      sessions_(sessions),
      mounts_(mounts),
      services_(services),
      staging_(std::move(staging)),
      settings_(std::move(settings)),
      rehearsal_(settings_.rehearsal, shards_, sessions_) {}

asio::awaitable<std::vector<Report>> Upgrader::look(std::vector<std::string> only) {
  const Turn::Guard turn = co_await turn_.take();
  std::vector<Report> reports;
  const auto files = find_plugins(settings_.directory);
  if (!files) {
    Report report{.file = settings_.directory.string()};
    report.failure = files.error();
    reports.push_back(std::move(report));
  } else {
    std::vector<Arrival> arrivals;
    for (const fs::path &file : *files) {
      Report report{.file = file.string()};
      auto arrival = inspect(file, report);
      const std::string name = arrival ? arrival->manifest.name : file.stem().string();
      if (!only.empty() && !is_named(only, name)) continue;
      if (arrival) {
        arrivals.push_back(std::move(*arrival));
      } else {
        reports.push_back(std::move(report));
      }
    }
    reject_twins(arrivals, reports);
    for (Arrival &arrival : arrivals) {
      Report report = co_await bring_in(std::move(arrival));
      reports.push_back(std::move(report));
    }
    if (only.empty()) warn_of_missing_files(*files);
  }
  const bool changed = std::ranges::any_of(reports, [](const Report &report) {
    return report.outcome == Outcome::installed || report.outcome == Outcome::committed;
  });
  if (changed && after_changes_) co_await after_changes_();
  for (const Report &report : reports) {
    if (report.outcome == Outcome::unchanged) continue;
    log_report(report);
    history_.push_back(report);
    if (history_.size() > history_size) history_.pop_front();
  }
  co_return reports;
}

std::optional<Upgrader::Arrival> Upgrader::inspect(const fs::path &file, Report &report) {
  auto staged = staging_.stage(file);
  if (!staged) {
    report.failure = staged.error();
    return std::nullopt;
  }
  report.stage = Stage::staged;
  auto verified = verify(staged->bytes(), &services_.extensions);
  if (!verified) {
    report.failure = verified.error();
    if (Held *running = catalog_.serving(file.stem().string())) {
      report.plugin = running->generation->manifest().name;
      report.from = build_name(*running->generation);
    }
    return std::nullopt;
  }
  return Arrival{file, std::move(*staged), std::move(verified->manifest), verified->build_id};
}

// Leaves one arrival a plugin: the highest version. Equal name and version in two files: refused,
// both.
void Upgrader::reject_twins(std::vector<Arrival> &arrivals, std::vector<Report> &reports) {
  const auto same_version = [](const Arrival &a, const Arrival &b) {
    return a.manifest.name == b.manifest.name &&
           plugin::compare_versions(a.manifest.version, b.manifest.version) == 0;
  };
  std::set<const Arrival *> out;
  for (const Arrival &one : arrivals) {
    for (const Arrival &other : arrivals) {
      if (&one == &other || one.manifest.name != other.manifest.name) continue;
      if (same_version(one, other)) {
        Report report{.plugin = one.manifest.name, .file = one.file.string()};
        report.failure = {Stage::verified, "twins",
                          one.manifest.name + ' ' + one.manifest.version + " also in " +
                              other.file.filename().string(),
                          "one file for a name and version"};
        reports.push_back(std::move(report));
        out.insert(&one);
      } else if (plugin::compare_versions(one.manifest.version, other.manifest.version) < 0) {
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

asio::awaitable<Report> Upgrader::bring_in(Arrival arrival) {
  const auto begin = session::Clock::now();
  Report report{.plugin = arrival.manifest.name, .file = arrival.file.string()};
  report.to = {arrival.manifest.version, arrival.build_id, 0};
  report.stage = Stage::verified;
  Held *const running = catalog_.serving(arrival.manifest.name);
  if (running != nullptr) {
    report.from = build_name(*running->generation);
    if (report.from.build_id == arrival.build_id) {
      report.outcome = Outcome::unchanged;
      co_return report;
    }
  }
  if (auto failure = refuse_by_policy(arrival, running)) {
    report.failure = *failure;
    co_return report;
  }
  Rehearsal::Build build{arrival.staged.path(), arrival.manifest, settings_of(report.plugin)};
  const plugin::Generation *const replaced = running ? running->generation.get() : nullptr;
  if (auto failure = co_await rehearsal_.run(std::move(build), replaced, report)) {
    report.failure = *failure;
    co_return report;
  }
  auto loaded = load(arrival);
  if (!loaded) {
    report.failure = loaded.error();
    co_return report;
  }
  Held &held = catalog_.add(std::move(*loaded));
  plugin::Generation &generation = *held.generation;
  report.to.generation = generation.id();
  report.stage = Stage::loaded;
  if (running != nullptr) {
    co_await replace(*running, held, report);
  } else {
    report.outcome = Outcome::installed;
    if (generation.adapter() != nullptr) co_await switch_to(generation);
  }
  report.took = session::Clock::now() - begin;
  co_return report;
}

std::optional<Failure> Upgrader::refuse_by_policy(const Arrival &arrival, Held *running) const {
  const plugin::Manifest &next = arrival.manifest;
  const auto refused = [](std::string check, std::string found, std::string expected) {
    return Failure{Stage::verified, std::move(check), std::move(found), std::move(expected)};
  };
  if (running != nullptr) {
    const plugin::Manifest &now = running->generation->manifest();
    if (next.kind != now.kind) {
      return refused("kind", std::string(kind_name(next.kind)),
                     std::string(kind_name(now.kind)) + ", as the running version");
    }
    if (now.continuity == plugin::Continuity::restart ||
        next.continuity == plugin::Continuity::restart) {
      return refused("continuity", "restart: " + now.name + ' ' + now.version + " is pinned",
                     "a restart of slipringd to change to " + next.version);
    }
    if (!settings_.allow_downgrade && plugin::compare_versions(next.version, now.version) < 0) {
      return refused("downgrade", next.version,
                     now.version + " or newer (--allow-downgrade permits older ones)");
    }
    if (now.continuity == plugin::Continuity::handoff && plugin::sessions_move(now, next) &&
        !plugin::common_state_schema(now, next)) {
      return refused(
          "state schema",
          std::to_string(next.state_schema_oldest) + " to " + std::to_string(next.state_schema),
          "one of " + std::to_string(now.state_schema_oldest) + " to " +
              std::to_string(now.state_schema) + ", which the running version has");
    }
  }
  const auto check = [&](const std::string &settings) -> std::optional<Failure> {
    const Status status = check_settings(next.settings_schema, settings);
    if (status.is_ok()) return std::nullopt;
    return refused("settings", status.message(), "settings that fit the plugin's schema");
  };
  if (next.kind == plugin::Kind::adapter) return check(settings_of(next.name));
  const auto [first, last] = settings_.transport_settings.equal_range(next.name);
  for (auto at = first; at != last; ++at) {
    if (auto failure = check(at->second)) return failure;
  }
  return std::nullopt;
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
    const Status created = (*generation)->create_instances(shards_.size(), settings_of(name));
    if (!created.is_ok()) {
      (*generation)->unload();
      return Failure{Stage::loaded, "create", created.message(), "an instance for every shard"};
    }
  }
  arrival.staged.keep();
  return std::move(*generation);
}

asio::awaitable<void> Upgrader::replace(Held &old_held, Held &new_held, Report &report) {
  plugin::Generation &old_generation = *old_held.generation;
  plugin::Generation &new_generation = *new_held.generation;
  // Two generations of a name serve for a moment; serving() must not find the old one.
  old_held.state = GenerationState::draining;
  co_await switch_to(new_generation);
  report.stage = Stage::moving;
  report.shards = co_await move_to(new_generation);

  uint64_t sessions = 0;
  for (const auto &shard : report.shards) sessions += shard.sessions;
  const bool too_many =
      report.stayed() > 0 && static_cast<double>(report.stayed()) >
                                 settings_.max_failed_moves * static_cast<double>(sessions);
  if (too_many) {
    report.outcome = Outcome::rolled_back;
    report.failure = {Stage::moving, "moves",
                      std::to_string(report.stayed()) + " of " + std::to_string(sessions) +
                          " sessions could not move (" + report.reasons().front() + ")",
                      "at most " +
                          std::to_string(static_cast<int>(settings_.max_failed_moves * 100)) +
                          "% (upgrade.max_failed_moves)"};
    new_held.state = GenerationState::draining;
    old_held.state = GenerationState::serving;
    co_await switch_to(old_generation);
    co_await move_to(old_generation);
    new_held.cause = "rolled back: " + report.failure.line();
    drain(new_held);
    co_await retire_empty();
    co_return;
  }
  report.outcome = Outcome::committed;
  if (report.stayed() > 0) {
    old_held.cause =
        std::to_string(report.stayed()) + " sessions stayed: " + report.reasons().front();
  } else {
    old_held.cause =
        "continuity " + std::string(continuity_name(old_generation.manifest().continuity));
  }
  const uint64_t old_id = old_generation.id();
  report.stage = Stage::retired;
  drain(old_held);
  co_await retire_empty();
  const auto held = catalog_.all();
  report.old_unloaded = std::none_of(
      held.begin(), held.end(), [&](const Held *one) { return one->generation->id() == old_id; });
  if (report.old_unloaded) report.stage = Stage::unloaded;
}

asio::awaitable<void> Upgrader::switch_to(plugin::Generation &generation) {
  std::function<void(shard::Shard &)> work = [this, &generation,
                                              mounts = current_mounts()](shard::Shard &shard) {
    mounts_.set_current(shard.index(), generation.manifest().name,
                        &generation.instance(shard.index()));
    mounts_.set_mounts(shard.index(), mounts);
  };
  co_await shards_.run_on_each(std::move(work));
}

asio::awaitable<std::vector<session::MoveReport>> Upgrader::move_to(
    plugin::Generation &generation) {
  // Each shard writes its own entry; run_on_each orders that before what follows.
  std::vector<session::MoveReport> reports(shards_.size());
  shard::ShardSet::Work work = [&](shard::Shard &shard, std::function<void()> done) {
    const uint32_t index = shard.index();
    session::Move::start(shard, *sessions_[index], generation.instance(index), settings_.slice,
                         [&reports, index, done = std::move(done)](session::MoveReport report) {
                           reports[index] = std::move(report);
                           done();
                         });
  };
  co_await shards_.run_on_each(std::move(work));
  co_return reports;
}

void Upgrader::drain(Held &held) {
  held.state = GenerationState::draining;
  held.generation->notify_when_empty([this] {
    asio::post(control_, [this] { asio::co_spawn(control_, retire_later(), asio::detached); });
  });
}

asio::awaitable<void> Upgrader::retire_later() {
  const Turn::Guard turn = co_await turn_.take();
  co_await retire_empty();
}

asio::awaitable<void> Upgrader::retire_empty() {
  for (Held *held : catalog_.all()) {
    plugin::Generation &generation = *held->generation;
    if (held->state != GenerationState::draining || generation.sessions() != 0) continue;
    held->state = GenerationState::unloading;
    std::function<void(shard::Shard &)> pass = [](shard::Shard &) {};
    co_await shards_.run_on_each(std::move(pass));
    generation.unload();
    const fs::path staged = generation.source().staged;
    if (plugin::is_mapped(staged)) {
      held->state = GenerationState::stuck;
      held->cause = "still mapped after unloading: something in the process refers to it";
      observe::warn("plugin stuck", {{"plugin", generation.manifest().name},
                                     {"version", generation.manifest().version},
                                     {"generation", generation.id()},
                                     {"cause", held->cause}});
      continue;
    }
    std::error_code ignored;
    fs::remove(staged, ignored);
    observe::info("plugin unloaded", {{"plugin", generation.manifest().name},
                                      {"version", generation.manifest().version},
                                      {"generation", generation.id()}});
    catalog_.remove(generation.id());
  }
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

std::string Upgrader::settings_of(const std::string &plugin) const {
  const auto found = settings_.adapter_settings.find(plugin);
  return found == settings_.adapter_settings.end() ? "{}" : found->second;
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

}  // namespace slipring::upgrade
