// What is left to a version that has been replaced, and stays with it: sessions of the classes that
// do not move, of those that could not, and everything that came through a transport.
//
// see_out() waits until nothing is left or the time is over (`upgrade.drain`); then the rest is
// told to go and when to come back. What is to end by itself has a grace after that. A transport's
// instances are stopped on their shards, which drops what is still there; then the version ends
// like any other.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "edge/goodbye.hpp"
#include "observe/log.hpp"
#include "plugin/process_maps.hpp"
#include "upgrade/upgrader.hpp"

namespace slipring::upgrade {

namespace asio = boost::asio;

namespace {
constexpr auto look_interval = std::chrono::milliseconds(20);

bool is_transport(const Held &held) {
  return held.generation->transport() != nullptr;
}

std::string seconds(std::chrono::nanoseconds time) {
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(time);
  return whole.count() % 1000 == 0 ? std::to_string(whole.count() / 1000) + "s"
                                   : std::to_string(whole.count()) + "ms";
}
}  // namespace

// ── before ─────────────────────────────────────────────────────────────────────────────────────

std::optional<Failure> Upgrader::refuse_draining(const plugin::Manifest &next) {
  size_t draining = 0;
  std::string which;
  for (const Held *held : catalog_.all()) {
    const plugin::Manifest &its = held->generation->manifest();
    const bool replaced =
        held->state == GenerationState::draining || held->state == GenerationState::warm;
    if (!replaced || its.name != next.name || plugin::sessions_move(its, next)) continue;
    if (!is_transport(*held) && held->generation->sessions() == 0) continue;
    ++draining;
    which += (which.empty() ? "" : ", ") + its.version;
  }
  if (draining < settings_.drain.at_most) return std::nullopt;
  std::string expected =
      "fewer than " + std::to_string(settings_.drain.at_most) + " (upgrade.max_draining)";
  if (settings_.drain.time.count() != 0) {
    expected += "; each ends after " + seconds(settings_.drain.time) + " at most (upgrade.drain)";
  }
  return Failure{Stage::verified, "draining",
                 std::to_string(draining) + " versions of " + next.name + " that drain: " + which,
                 std::move(expected)};
}

// The object of one whose instances could not be made stays mapped when it is pinned, and is told.
void Upgrader::set_aside(std::unique_ptr<plugin::Generation> generation, const Failure &failure) {
  generation->unload();
  if (!plugin::is_mapped(generation->source().staged)) {
    std::error_code ignored;
    std::filesystem::remove(generation->source().staged, ignored);
    return;
  }
  Held &held = catalog_.add(std::move(generation));
  held.state = GenerationState::retired;
  held.cause = "rejected, still mapped because it is pinned: " + failure.line();
}

asio::awaitable<void> Upgrader::replace_transport(const Held &old_held, Held &new_held,
                                                  Report &report) {
  co_await switch_to(*new_held.generation);
  const session::Traffic traffic = co_await transports_.traffic(old_held.generation->id());
  report.planned = report.remaining = traffic.open;
  report.drain = std::make_shared<DrainFigures>();
  report.drain->stayed = traffic.open;
  report.drain->opened = traffic.opened;
  reach(report, Stage::moving);
}

// A version that was replaced, in its seats again; what it still has there stays with it.
asio::awaitable<std::optional<Failure>> Upgrader::prepare_again(Held &held) {
  if (!is_transport(held)) co_return std::nullopt;
  co_return co_await transports_.prepare(*held.generation);
}

// ── while ──────────────────────────────────────────────────────────────────────────────────────

void Upgrader::drain(Held &held) {
  held.state = GenerationState::draining;
  const uint64_t id = held.generation->id();
  asio::co_spawn(control_, see_out(id), asio::detached);
  if (is_transport(held)) return;
  held.generation->notify_when_empty([this] {
    asio::post(control_, [this] { asio::co_spawn(control_, retire_empty(), asio::detached); });
  });
}

bool Upgrader::is_left(uint64_t id) {
  const Held *const held = catalog_.find(id);
  if (held == nullptr || held->state != GenerationState::draining || ending_) return false;
  return is_transport(*held) ? !transports_.is_empty(id) : held->generation->sessions() != 0;
}

asio::awaitable<void> Upgrader::wait_while_left(uint64_t id, std::chrono::nanoseconds at_most) {
  const bool for_ever = at_most == std::chrono::nanoseconds::max();
  const auto end = for_ever ? session::Clock::time_point::max() : session::Clock::now() + at_most;
  asio::steady_timer timer(control_);
  while (is_left(id) && session::Clock::now() < end) {
    timer.expires_after(look_interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Upgrader::see_out(uint64_t id) {
  ++seeing_out_;
  const auto time = settings_.drain.time;
  co_await wait_while_left(id, time.count() == 0 ? std::chrono::nanoseconds::max() : time);
  if (is_left(id)) {
    // It is not ended before it is known how many were cut.
    being_cut_.insert(id);
    const uint64_t cut = co_await cut_off(id);
    being_cut_.erase(id);
    const auto found = drains_.find(id);
    if (found != drains_.end()) found->second.drain->cut = cut;
  }
  const Held *const held = catalog_.find(id);
  if (held != nullptr && is_transport(*held) && !ending_) co_await end_transport(id);
  if (!ending_) co_await retire_empty();
  --seeing_out_;
}

asio::awaitable<uint64_t> Upgrader::cut_off(uint64_t id) {
  using Which = session::Dismissal::Which;
  const Held *const held = catalog_.find(id);
  const std::string reason = held->generation->title() + " was replaced";
  observe::info("drain over", {{"plugin", held->generation->manifest().name},
                               {"version", held->generation->manifest().version},
                               {"generation", id}});
  if (is_transport(*held)) co_await transports_.drain(id);
  uint64_t cut = co_await edge::say_goodbye(control_, shards_, sessions_, id, Which::endless,
                                            reason, settings_.drain.pace);
  co_await wait_while_left(id, settings_.drain.grace);
  if (!is_left(id)) co_return cut;
  cut += co_await edge::say_goodbye(control_, shards_, sessions_, id, Which::all, reason,
                                    settings_.drain.pace);
  // For what they were just told to go out.
  co_await wait_while_left(
      id, std::min<std::chrono::nanoseconds>(settings_.drain.grace, std::chrono::seconds(1)));
  co_return cut;
}

asio::awaitable<void> Upgrader::end_transport(uint64_t id) {
  const session::Traffic traffic = co_await transports_.traffic(id);
  if (const auto found = drains_.find(id); found != drains_.end()) {
    DrainFigures &drain = *found->second.drain;
    drain.late = traffic.opened - drain.opened;
  }
  co_await transports_.stop(id);
}

// ── after ──────────────────────────────────────────────────────────────────────────────────────

void Upgrader::note_drained(const plugin::Generation &generation, bool unloaded) {
  const auto found = drains_.find(generation.id());
  if (found == drains_.end()) return;
  Report report = std::move(found->second);
  drains_.erase(found);
  DrainFigures &drain = *report.drain;
  const uint64_t all = drain.stayed + drain.late;
  drain.cut = std::min(drain.cut, all);
  drain.left = all - drain.cut;
  report.old_unloaded = unloaded;
  if (unloaded) report.stage = Stage::unloaded;
  totals_.add_drained(report.plugin, drain.left, drain.cut);
  if (all > 0) {
    observe::info("plugin drained", {{"plugin", report.plugin},
                                     {"version", report.from.version},
                                     {"generation", generation.id()},
                                     {"left", drain.left},
                                     {"cut", drain.cut}});
  }
  records_.ledger.note(report);
  remember(report);
}

asio::awaitable<void> Upgrader::count_carried() {
  // Versions come and go while shards are asked.
  std::vector<uint64_t> ids;
  for (const Held *each : catalog_.all()) {
    if (is_transport(*each)) ids.push_back(each->generation->id());
  }
  for (const uint64_t id : ids) {
    const session::Traffic traffic = co_await transports_.traffic(id);
    if (Held *const held = catalog_.find(id)) held->carried = traffic.open;
  }
}

}  // namespace slipring::upgrade
