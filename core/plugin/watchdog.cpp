#include "plugin/watchdog.hpp"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "observe/log.hpp"

namespace slipring::plugin {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds longest_interval = std::chrono::milliseconds(50);
constexpr int patience_without_clients = 10;

double milliseconds(nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

std::string Activity::title() const {
  if (generation == 0) return "the host";
  return plugin + ' ' + version + " in " + function;
}

Watchdog::Watchdog(HostServices &services, WatchdogLimits limits, Hooks hooks)
    : services_(services),
      limits_(limits),
      hooks_(std::move(hooks)),
      interval_(std::clamp<nanoseconds>(limits.callback / 2, std::chrono::milliseconds(1),
                                        longest_interval)) {}

Watchdog::~Watchdog() {
  stop();
}

void Watchdog::watch(shard::Shard &shard) {
  watched_.push_back({"shard-" + std::to_string(shard.index()), &shard.running(), &shard,
                      SlotWatch({limits_.callback, limits_.restart, true})});
}

void Watchdog::watch(std::string thread, const shard::Running &slot) {
  watched_.push_back({std::move(thread), &slot, nullptr,
                      SlotWatch({limits_.callback * patience_without_clients, {}, false})});
}

void Watchdog::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "watchdog");
}

void Watchdog::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);

  using Clock = std::chrono::steady_clock;
  auto last = Clock::now();
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    const auto now = Clock::now();
    look(now - std::exchange(last, now));
    lock.lock();
  }
}

void Watchdog::look(nanoseconds elapsed) {
  const bool is_late = elapsed > interval_ + limits_.callback / 2;
  const nanoseconds counted = is_late ? interval_ : elapsed;
  for (Watched &watched : watched_) {
    const auto findings = watched.watch.look(watched.slot->sample(), counted);
    if (watched.watch.wants_wake()) watched.shard->post([] {});
    for (const auto &finding : findings) tell(watched, finding);
  }
}

void Watchdog::tell(const Watched &watched, const SlotWatch::Finding &finding) {
  Activity activity = name(watched, finding.generation, finding.function);
  activity.lasted = finding.lasted;
  activity.is_round = finding.is_round;
  const bool is_over = finding.kind == SlotWatch::Finding::Kind::over;
  if (finding.kind == SlotWatch::Finding::Kind::restart) {
    hooks_.restart(activity);
  } else if (finding.is_round) {
    tell_of_round(activity, is_over);
  } else {
    tell_of_call(activity, is_over);
  }
}

void Watchdog::tell_of_call(const Activity &activity, bool is_over) {
  observe::warn(is_over ? "callback over limit" : "callback returned",
                {{"plugin", activity.plugin},
                 {"version", activity.version},
                 {"generation", activity.generation},
                 {"function", activity.function},
                 {"thread", activity.thread},
                 {"milliseconds", milliseconds(activity.lasted)}});
  if (!is_over) return;
  services_.counters.counter("callbacks_over_limit_total", activity.plugin).add();
  if (const auto entry = services_.generations.find(activity.generation)) ++entry->over_limit;
  hooks_.over_limit(activity);
}

void Watchdog::tell_of_round(const Activity &activity, bool is_over) {
  observe::warn(is_over ? "round over limit" : "round ended",
                {{"thread", activity.thread},
                 {"in", activity.title()},
                 {"milliseconds", milliseconds(activity.lasted)}});
  if (is_over) services_.counters.counter("rounds_over_limit_total").add();
}

Activity Watchdog::name(const Watched &watched, uint64_t generation, const char *function) const {
  Activity activity{.thread = watched.thread, .generation = generation};
  if (generation == 0) return activity;
  activity.function = function == nullptr ? "" : function;
  if (const auto entry = services_.generations.find(generation)) {
    activity.plugin = entry->plugin;
    activity.version = entry->version;
  }
  return activity;
}

std::vector<Activity> Watchdog::now() const {
  std::vector<Activity> all;
  all.reserve(watched_.size());
  for (const Watched &watched : watched_) {
    const SlotWatch &watch = watched.watch;
    Activity &activity =
        all.emplace_back(name(watched, watch.seen().generation, watch.seen().function));
    activity.is_round = watch.in_round() > watch.in_call();
    activity.lasted = std::max(watch.in_call(), watch.in_round());
  }
  return all;
}

}  // namespace slipring::plugin
