// Watchdog: a thread that looks some twenty times a second at what the other threads are calling,
// and says so while a call hangs.
//
// A callback over its limit is named in the log once while it hangs, and once more when it has
// returned. A thread that hangs for longer than the second limit is nothing to wait for: the host's
// `restart` is called. Only wall time counts, since a callback that sleeps and one that is not
// scheduled look the same; but when the watchdog itself is late, the machine is what hangs, and the
// look counts as one in time.
//
// It never waits for a thread that it watches, and needs nothing of the control thread.
//
// Thread-safety: watch…(), start() and stop() on one thread; now() is for the hooks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "plugin/activity.hpp"
#include "plugin/host_table.hpp"
#include "plugin/slot_watch.hpp"
#include "plugin/watchdog_limits.hpp"
#include "shard/shard.hpp"

namespace slipring::plugin {

class Watchdog {
 public:
  // Both are called on the watchdog's thread.
  struct Hooks {
    std::function<void(const Activity &)> over_limit;  // a plugin's callback
    std::function<void(const Activity &)> restart;     // a shard hangs
  };

  Watchdog(HostServices &services, WatchdogLimits limits, Hooks hooks);
  ~Watchdog();
  Watchdog(const Watchdog &) = delete;
  Watchdog &operator=(const Watchdog &) = delete;

  // REQUIRES: the shard runs until stop(); not after start().
  void watch(shard::Shard &shard);
  // A thread that serves no clients: it has ten times the limit, and is waited for for ever.
  void watch(std::string thread, const shard::Running &slot);

  void start();
  void stop();

  // One look, so long after the one before. The thread does this; tests do it themselves.
  void look(std::chrono::nanoseconds elapsed);
  std::chrono::nanoseconds interval() const { return interval_; }

  // What every thread was doing at the last look.
  std::vector<Activity> now() const;

 private:
  struct Watched {
    std::string thread;
    const shard::Running *slot;
    shard::Shard *shard;  // nullptr: none
    SlotWatch watch;
  };

  void run();
  void tell(const Watched &watched, const SlotWatch::Finding &finding);
  void tell_of_call(const Activity &activity, bool is_over);
  void tell_of_round(const Activity &activity, bool is_over);
  Activity name(const Watched &watched, uint64_t generation, const char *function) const;

  HostServices &services_;
  const WatchdogLimits limits_;
  const Hooks hooks_;
  const std::chrono::nanoseconds interval_;
  std::vector<Watched> watched_;

  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slipring::plugin
