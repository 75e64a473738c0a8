// After the move: the new version serves everybody, and the old one is kept for a while.
//
// settle() ends a probation well: the build is committed and the old version ends. send_back() ends
// it badly: the same walk towards the old version. Once it has ended, a version before is loaded
// again from the shelf. Whoever sessions are sent back from stays in quarantine, so that the next
// look at the directory does not bring it in again. What its calls come to is judged by
// comparison.hpp.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "observe/log.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;

namespace {
constexpr auto watch_interval = std::chrono::milliseconds(50);
}  // namespace

asio::awaitable<void> Upgrader::begin_probation(Held &old_held, const Held &new_held,
                                                Report &report, CountsBefore counts) {
  report.outcome = Outcome::committed;
  if (settings_.probation.count() == 0) {
    co_await commit(old_held, report);
    co_return;
  }
  old_held.cause = "probation of " + report.to.version;
  reach(report, Stage::probation);
  report.took = session::Clock::now() - report.begun;
  probations_[report.plugin] = {report, old_held.generation->id(), new_held.generation->id(),
                                counts};
  asio::co_spawn(control_, watch(report.plugin, report.number), asio::detached);
}

asio::awaitable<void> Upgrader::watch(std::string plugin, uint64_t number) {
  const auto under_way = [&] {
    const auto found = probations_.find(plugin);
    return found != probations_.end() && found->second.report.number == number;
  };
  const auto end = session::Clock::now() + settings_.probation;
  asio::steady_timer timer(control_);
  auto health_due = session::Clock::now();
  std::optional<Failure> why;
  while (under_way() && session::Clock::now() < end && !why) {
    timer.expires_after(std::min<session::Clock::duration>(watch_interval, settings_.probation));
    co_await timer.async_wait(asio::use_awaitable);
    if (!under_way()) break;
    why = misbehaves(probations_.at(plugin));
    if (why) break;
    const uint64_t generation = probations_.at(plugin).new_generation;
    why = co_await ask_health(generation, Stage::probation, health_due);
  }
  const Turn::Guard turn = co_await turns_[plugin].take();
  if (!under_way()) co_return;
  if (why) {
    co_await send_back(plugin, std::move(*why));
  } else {
    co_await settle(plugin);
  }
}

// By what its calls have come to since the move began.
std::optional<Failure> Upgrader::misbehaves(const Probation &probation) {
  const Held &held = *catalog_.find(probation.new_generation);
  auto failure = compare_after(held.generation->counts().since(probation.counts.next),
                               probation.counts.old, error_limits());
  if (failure) name_slow_call(held, *failure);
  return failure;
}

void Upgrader::name_slow_call(const Held &held, Failure &failure) {
  if (failure.check != "time" || !held.last_over_limit) return;
  failure.found += ", " + held.last_over_limit->function;
}

asio::awaitable<void> Upgrader::settle(const std::string &plugin) {
  const auto found = probations_.find(plugin);
  if (found == probations_.end()) co_return;
  Probation probation = std::move(found->second);
  probations_.erase(found);
  co_await commit(*catalog_.find(probation.old_generation), probation.report);
  observe::info("plugin settled", {{"plugin", plugin},
                                   {"version", probation.report.to.version},
                                   {"generation", probation.new_generation}});
  records_.ledger.note(probation.report);
  remember(probation.report);
}

Build Upgrader::record_of(const BuildName &build) {
  return {build.version, build.build_id, catalog_.find(build.generation)->generation->settings()};
}

asio::awaitable<void> Upgrader::commit(Held &old_held, Report &report) {
  const Build build = record_of(report.to);
  Standing &standing = records_.standing;
  check_written(report.is_rollback ? standing.go_back(report.plugin, build)
                                   : standing.commit(report.plugin, build));
  std::set<std::string> wanted = {build.build_id};
  if (const auto before = standing.before(report.plugin)) wanted.insert(before->build_id);
  records_.shelf.keep_only(report.plugin, wanted);
  if (report.stayed() > 0) {
    old_held.cause =
        std::to_string(report.stayed()) + " sessions stayed: " + report.reasons().front();
  } else {
    old_held.cause =
        "continuity " + std::string(continuity_name(old_held.generation->manifest().continuity));
  }
  const uint64_t old_id = old_held.generation->id();
  reach(report, Stage::retired);
  drains_[old_id] = report;
  drain(old_held);
  co_await retire_empty();
  report.old_unloaded = catalog_.find(old_id) == nullptr;
  if (report.old_unloaded) report.stage = Stage::unloaded;
}

// A transport's old version that gets no instances any more cannot serve again.
asio::awaitable<Report> Upgrader::stay_after_all(const std::string &plugin, const Failure &why,
                                                 const Failure &because) {
  Report &report = probations_.at(plugin).report;
  report.notes.push_back("not sent back (" + why.line() + "): " + because.line());
  observe::warn("plugin not sent back", {{"plugin", plugin},
                                         {"version", report.to.version},
                                         {"although", why.line()},
                                         {"because", because.line()}});
  const Report told = report;
  co_await settle(plugin);
  co_return told;
}

asio::awaitable<Report> Upgrader::send_back(const std::string &plugin, Failure why) {
  Held &old_held = *catalog_.find(probations_.at(plugin).old_generation);
  if (const auto because = co_await prepare_again(old_held)) {
    co_return co_await stay_after_all(plugin, why, *because);
  }
  Probation probation = std::move(probations_.at(plugin));
  probations_.erase(plugin);
  Report &report = probation.report;
  report.outcome = Outcome::rolled_back;
  report.failure = std::move(why);
  co_await walk_back(*catalog_.find(probation.new_generation), old_held,
                     "rolled back: " + report.failure.line());
  check_written(records_.standing.forget_attempt(plugin));
  quarantine(report.to, plugin, report.failure.line());
  std::vector<Report> reports = {report};
  co_await conclude(reports);
  co_return reports.front();
}

asio::awaitable<Result<Report>> Upgrader::rollback(std::string plugin, std::string who) {
  if (plugin.empty()) plugin = last_upgraded();
  if (plugin.empty()) {
    co_return Status(SLIPRING_FAILED_PRECONDITION, "there was no upgrade that could be taken back");
  }
  co_await look_turn_.take();
  const Turn::Guard turn = co_await turns_[plugin].take();
  if (probations_.contains(plugin)) {
    Failure why{Stage::probation, "rollback", "asked for by " + who, ""};
    co_return co_await send_back(plugin, std::move(why));
  }
  if (canaries_.contains(plugin)) {
    Failure why{Stage::moving, "rollback", "asked for by " + who, ""};
    co_return co_await stop_canary(plugin, std::move(why));
  }
  co_return co_await bring_back(plugin, who);
}

std::string Upgrader::last_upgraded() const {
  for (auto report = history_.rbegin(); report != history_.rend(); ++report) {
    const bool in_canary = report->outcome == Outcome::under_way && report->stage == Stage::canary;
    const bool replaced = report->outcome == Outcome::committed && report->from.generation != 0;
    if (in_canary || (replaced && !report->is_rollback)) return report->plugin;
  }
  return "";
}

Result<Arrival> Upgrader::arrival_of_before(const std::string &plugin) {
  const auto before = records_.standing.before(plugin);
  const std::filesystem::path kept =
      before ? records_.shelf.find(plugin, before->build_id) : std::filesystem::path();
  if (kept.empty()) {
    return Status(SLIPRING_FAILED_PRECONDITION,
                  "there is no version of " + plugin + " before this one to go back to");
  }
  Report report;
  auto arrival = inspect(kept, settings_.policy, report);
  if (!arrival) return Status(SLIPRING_FAILED_PRECONDITION, report.failure.line());
  if (!before->settings.empty()) arrival->settings = before->settings;
  return std::move(*arrival);
}

asio::awaitable<Result<Report>> Upgrader::bring_back(const std::string &plugin,
                                                     const std::string &who) {
  Held *const running = catalog_.serving(plugin);
  if (running == nullptr) {
    co_return Status(SLIPRING_NOT_FOUND,
                     "no plugin \"" + plugin + "\" is loaded; see `slipring plugins list`");
  }
  auto arrival = arrival_of_before(plugin);
  if (!arrival) co_return arrival.status();
  const plugin::Generation &now = *running->generation;
  Report report{.number = records_.ledger.begin(), .who = who, .is_rollback = true};
  report.plugin = plugin;
  report.file = arrival->file.string();
  report.from = build_name(now);
  report.to = build_name(*arrival);
  report.stage = Stage::verified;
  const auto refused = settings_.policy.refuse_always(candidate(*arrival, &now), &now.manifest());
  if (refused) {
    report.failure = *refused;
  } else {
    co_await load_and_replace(*arrival, running, report);
  }
  if (report.outcome == Outcome::committed) {
    quarantine(report.from, plugin, "rolled back by " + who);
  }
  report.took = session::Clock::now() - report.begun;
  std::vector<Report> reports = {report};
  co_await conclude(reports);
  co_return reports.front();
}

void Upgrader::quarantine(const BuildName &build, const std::string &plugin, std::string reason) {
  observe::warn("plugin in quarantine", {{"plugin", plugin},
                                         {"version", build.version},
                                         {"build", build.build_id},
                                         {"settings", build.settings},
                                         {"because", reason}});
  check_written(records_.standing.put_in_quarantine(
      build.build_id, {plugin, build.version, std::move(reason), "", build.settings}));
}

}  // namespace slipring::upgrade
