// Moving sessions and ending generations.
//
// `replace` is where shards are involved: they switch (all of them, before the first session
// moves), walk, and, when too many sessions could not move, walk back.
//
// A generation ends in retire_empty(): once no shard has a session of it, every shard passes a
// quiescent point (nothing of it can be on any stack after that), its instances are destroyed here,
// on the control thread, and the process maps are asked whether it is really gone.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "observe/log.hpp"
#include "plugin/process_maps.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;
namespace fs = std::filesystem;

asio::awaitable<void> Upgrader::replace(Held &old_held, Held &new_held, Report &report) {
  plugin::Generation &new_generation = *new_held.generation;
  const CountsBefore counts{old_held.generation->counts(), new_generation.counts()};
  // Two generations of a name serve for a moment; serving() must not find the old one, and it is
  // not ended while all may still go back to it.
  old_held.state = GenerationState::warm;
  if (new_generation.transport() != nullptr) {
    co_await replace_transport(old_held, new_held, report);
    co_await begin_probation(old_held, new_held, report, counts);
    co_return;
  }
  co_await switch_to(new_generation);
  report.planned = sessions_beside(new_generation);
  reach(report, Stage::moving);
  report.shards = co_await move_to(new_generation);
  report.remaining = sessions_beside(new_generation);
  report.drain = std::make_shared<DrainFigures>();
  report.drain->stayed = old_held.generation->sessions();

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
    co_await walk_back(new_held, old_held, "rolled back: " + report.failure.line());
    check_written(records_.standing.forget_attempt(report.plugin));
    co_return;
  }
  co_await begin_probation(old_held, new_held, report, counts);
}

asio::awaitable<void> Upgrader::walk_back(Held &from, Held &to, const std::string &cause) {
  from.state = GenerationState::warm;
  to.state = GenerationState::serving;
  to.cause.clear();
  co_await switch_to(*to.generation);
  if (to.generation->adapter() != nullptr) co_await move_to(*to.generation);
  from.cause = cause;
  drain(from);
  co_await retire_empty();
}

// Of a transport to the instances that were prepared.
asio::awaitable<void> Upgrader::switch_to(plugin::Generation &generation) {
  if (generation.transport() != nullptr) {
    co_await transports_.hand_over(generation.manifest().name);
    co_return;
  }
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

uint64_t Upgrader::sessions_beside(const plugin::Generation &generation) {
  uint64_t sessions = 0;
  for (const Held *held : catalog_.all()) {
    const bool same_plugin = held->generation->manifest().name == generation.manifest().name;
    if (same_plugin && held->generation.get() != &generation) {
      sessions += held->generation->sessions();
    }
  }
  return sessions;
}

asio::awaitable<void> Upgrader::retire_empty() {
  const Turn::Guard turn = co_await retire_turn_.take();
  for (Held *held : catalog_.all()) {
    plugin::Generation &generation = *held->generation;
    const bool has_some = generation.sessions() != 0 || transports_.has(generation.id()) ||
                          being_cut_.contains(generation.id());
    if (held->state != GenerationState::draining || has_some) continue;
    held->state = GenerationState::unloading;
    std::function<void(shard::Shard &)> pass = [](shard::Shard &) {};
    co_await shards_.run_on_each(std::move(pass));
    generation.unload();
    const fs::path staged = generation.source().staged;
    if (plugin::is_mapped(staged)) {
      keep_mapped(*held);
      note_drained(generation, false);
      continue;
    }
    std::error_code ignored;
    fs::remove(staged, ignored);
    observe::info("plugin unloaded", {{"plugin", generation.manifest().name},
                                      {"version", generation.manifest().version},
                                      {"generation", generation.id()}});
    note_drained(generation, true);
    catalog_.remove(generation.id());
  }
}

void Upgrader::keep_mapped(Held &held) {
  const plugin::Generation &generation = *held.generation;
  const plugin::Manifest &manifest = generation.manifest();
  if (manifest.pinned) {
    held.state = GenerationState::retired;
    held.cause = "still mapped because it is pinned";
    observe::info("plugin retired", {{"plugin", manifest.name},
                                     {"version", manifest.version},
                                     {"generation", generation.id()},
                                     {"message", held.cause}});
    return;
  }
  held.state = GenerationState::stuck;
  held.cause = "still mapped after unloading: something in the process refers to it";
  observe::warn("plugin stuck", {{"plugin", manifest.name},
                                 {"version", manifest.version},
                                 {"generation", generation.id()},
                                 {"cause", held.cause}});
}

}  // namespace slipring::upgrade
