// A new version beside the old one: each shard gives it its share of new sessions, in turns that
// are counted, not drawn. Sessions stay where they were opened.
//
// Three ends. Promoted: the rest move, and it goes on as any upgrade (walk.cpp). Stopped, by rule
// or by somebody: its sessions move to the old version by the same walk; a build that the rule
// stopped goes into quarantine. The host ends: what comes next is decided at its start.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "upgrade/comparison.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr auto watch_interval = std::chrono::milliseconds(50);

Failure stopped(std::string why) {
  return {Stage::moving, "canary", std::move(why), ""};
}

std::string summary(const plugin::Generation &generation, const plugin::Counts &before) {
  const plugin::Counts counts = generation.counts().since(before);
  return generation.manifest().version + " had " + std::to_string(counts.opened) +
         " sessions, of which " + std::to_string(counts.ended_badly) + " ended badly, and " +
         std::to_string(counts.calls) + " calls, of which " + std::to_string(counts.failed) +
         " failed and " + std::to_string(counts.slow) + " took too long";
}

Status no_canary(const std::string &plugin) {
  return {SLIPRING_FAILED_PRECONDITION, "no version of " + plugin + " is in canary"};
}

}  // namespace

// By its own wish, else as configured; a build for which that cannot be is taken without.
CanarySettings Upgrader::canary_for(const Arrival &arrival, const Held *running,
                                    Report &report) const {
  if (running == nullptr || report.is_rollback) return {};
  CanarySettings settings = arrival.canary.value_or(settings_.canary);
  if (settings.share == 0) return {};
  const auto refused = refuse_canary(arrival.manifest, &running->generation->manifest());
  if (!refused) return settings;
  report.notes.push_back("without a canary: " + refused->line());
  return {};
}

asio::awaitable<void> Upgrader::begin_canary(Held &old_held, Held &new_held,
                                             CanarySettings settings, Report &report) {
  const plugin::Generation &old = *old_held.generation;
  plugin::Generation &next = *new_held.generation;
  new_held.state = GenerationState::canary;
  Canary canary{.report = report, .settings = settings};
  canary.old_generation = old.id();
  canary.new_generation = next.id();
  canary.old_before = old.counts();
  canary.new_before = next.counts();
  co_await share_out(new_held, settings.share);
  reach(report, Stage::canary);
  report.took = session::Clock::now() - report.begun;
  canary.report = report;
  canaries_.insert_or_assign(report.plugin, std::move(canary));
  asio::co_spawn(control_, watch_canary(report.plugin, report.number), asio::detached);
}

asio::awaitable<void> Upgrader::share_out(Held &canary, double share) {
  canary.cause = percent(share) + " of new sessions";
  plugin::Generation &generation = *canary.generation;
  std::function<void(shard::Shard &)> work = [this, &generation, share](shard::Shard &shard) {
    const uint32_t index = shard.index();
    mounts_.set_canary(index, generation.manifest().name, &generation.instance(index), share);
  };
  co_await shards_.run_on_each(std::move(work));
}

// Its own build was found again: what has begun goes on, with another share when one is asked for.
asio::awaitable<Report> Upgrader::keep_canary(const Arrival &arrival) {
  Canary &canary = canaries_.at(arrival.manifest.name);
  if (arrival.canary) {
    canary.settings = *arrival.canary;
    co_await share_out(*catalog_.find(canary.new_generation), canary.settings.share);
  }
  Report report = canary.report;
  report.outcome = arrival.canary ? Outcome::under_way : Outcome::unchanged;
  co_return report;
}

asio::awaitable<void> Upgrader::watch_canary(std::string plugin, uint64_t number) {
  const auto under_way = [&] {
    const auto found = canaries_.find(plugin);
    return found != canaries_.end() && found->second.report.number == number;
  };
  const auto is_over = [&] {
    const Canary &canary = canaries_.at(plugin);
    const auto time = canary.settings.time;
    return time.count() != 0 && session::Clock::now() - canary.since >= time;
  };
  asio::steady_timer timer(control_);
  auto health_due = session::Clock::now();
  std::optional<Failure> why;
  while (under_way() && !why && !is_over()) {
    timer.expires_after(watch_interval);
    co_await timer.async_wait(asio::use_awaitable);
    if (!under_way()) break;
    why = does_worse(canaries_.at(plugin));
    if (why) break;
    const uint64_t generation = canaries_.at(plugin).new_generation;
    why = co_await ask_health(generation, Stage::moving, health_due);
  }
  const Turn::Guard turn = co_await turns_[plugin].take();
  if (!under_way()) co_return;
  if (why) {
    const Report report = co_await stop_canary(plugin, *why);
    quarantine(report.to, plugin, why->line());
  } else {
    co_await promote_canary(plugin, "its time");
  }
}

std::optional<Failure> Upgrader::does_worse(const Canary &canary) {
  const Held &held = *catalog_.find(canary.new_generation);
  const plugin::Counts next = held.generation->counts().since(canary.new_before);
  const plugin::Generation &old = *catalog_.find(canary.old_generation)->generation;
  auto failure = compare_beside(next, old.counts().since(canary.old_before), error_limits());
  if (failure) name_slow_call(held, *failure);
  return failure;
}

asio::awaitable<Report> Upgrader::stop_canary(const std::string &plugin, Failure why) {
  Canary canary = std::move(canaries_.at(plugin));
  canaries_.erase(plugin);
  Held &old_held = *catalog_.find(canary.old_generation);
  Held &new_held = *catalog_.find(canary.new_generation);
  Report &report = canary.report;
  report.notes.push_back(summary(*old_held.generation, canary.old_before));
  report.notes.push_back(summary(*new_held.generation, canary.new_before));
  report.outcome = Outcome::rolled_back;
  report.failure = std::move(why);
  co_await walk_back(new_held, old_held, "canary stopped: " + report.failure.line());
  check_written(records_.standing.forget_attempt(plugin));
  std::vector<Report> reports = {report};
  co_await conclude(reports);
  co_return reports.front();
}

asio::awaitable<void> Upgrader::end_canary(const std::string &plugin, std::string why) {
  if (!canaries_.contains(plugin)) co_return;
  Failure failure = stopped(std::move(why));
  co_await stop_canary(plugin, std::move(failure));
}

asio::awaitable<Report> Upgrader::promote_canary(const std::string &plugin, std::string who) {
  Canary canary = std::move(canaries_.at(plugin));
  canaries_.erase(plugin);
  Held &old_held = *catalog_.find(canary.old_generation);
  Held &new_held = *catalog_.find(canary.new_generation);
  Report &report = canary.report;
  report.notes.push_back(summary(*old_held.generation, canary.old_before));
  report.notes.push_back(summary(*new_held.generation, canary.new_before));
  report.notes.push_back("promoted by " + who);
  new_held.state = GenerationState::serving;
  new_held.cause.clear();
  co_await replace(old_held, new_held, report);
  report.took = session::Clock::now() - report.begun;
  std::vector<Report> reports = {report};
  co_await conclude(reports);
  co_return reports.front();
}

asio::awaitable<Result<Report>> Upgrader::promote(std::string plugin, std::string who) {
  const Turn::Guard turn = co_await turns_[plugin].take();
  if (!canaries_.contains(plugin)) co_return no_canary(plugin);
  co_return co_await promote_canary(plugin, std::move(who));
}

asio::awaitable<Result<Report>> Upgrader::abort(std::string plugin, std::string who) {
  const Turn::Guard turn = co_await turns_[plugin].take();
  if (!canaries_.contains(plugin)) co_return no_canary(plugin);
  Failure failure = stopped("stopped by " + who);
  co_return co_await stop_canary(plugin, std::move(failure));
}

json::array Upgrader::show_canaries(std::string_view plugin) {
  json::array all;
  for (const auto &[name, canary] : canaries_) {
    if (!plugin.empty() && name != plugin) continue;
    all.push_back(to_json(canary, *catalog_.find(canary.old_generation)->generation,
                          *catalog_.find(canary.new_generation)->generation));
  }
  return all;
}

// In order: a build that was in canary has not ended the host.
void Upgrader::note_canaries_at_end() {
  for (auto &[plugin, canary] : canaries_) {
    canary.report.outcome = Outcome::rolled_back;
    canary.report.failure = stopped("the host was stopped");
    check_written(records_.standing.forget_attempt(plugin));
    records_.ledger.note(canary.report);
  }
}

}  // namespace slipring::upgrade
