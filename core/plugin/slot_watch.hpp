// SlotWatch: judges what a thread's slot shows from one look to the next.
//
// It knows no clock: each look is told how much time has passed. A call that stands in the slot for
// longer than the limit is found once, and once more when it has returned. A shard that ends no
// round for twice as long, though no call of a plugin is over its limit, is found too; one that
// sleeps ends no round either, so it is woken and has to end one then.
//
// Thread-safety: none; the slot itself is written by its thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "shard/running.hpp"

namespace slipring::plugin {

class SlotWatch {
 public:
  using Duration = std::chrono::nanoseconds;

  struct Limits {
    Duration callback;
    Duration restart;  // 0: never
    bool has_rounds;   // a shard's
  };

  struct Finding {
    enum class Kind { over, back, restart };
    Kind kind;
    bool is_round;         // no single call takes so long: the round does
    uint64_t generation;   // 0: the host itself
    const char *function;  // nullptr: of the host itself
    Duration lasted;
  };

  // A thread that ends no round for so long is woken.
  static constexpr Duration idle_limit = std::chrono::seconds(1);

  explicit SlotWatch(Limits limits) : limits_(limits) {}

  // `elapsed` after the look before. What is to be said now, usually nothing.
  std::vector<Finding> look(const shard::Running::Sample &now, Duration elapsed);
  // Whether the look has shown that the thread may be asleep: it is to be woken, once.
  bool wants_wake() const { return wants_wake_; }

  // As of the last look.
  const shard::Running::Sample &seen() const { return seen_; }
  Duration in_call() const { return in_call_; }
  Duration in_round() const { return in_round_; }

 private:
  // When it is longer than what is waited for.
  std::optional<Duration> hangs_for() const;
  void look_at_call(const shard::Running::Sample &now, Duration elapsed,
                    std::vector<Finding> &findings);
  void look_at_round(const shard::Running::Sample &now, Duration elapsed,
                     std::vector<Finding> &findings);

  Limits limits_;
  shard::Running::Sample seen_;
  Duration in_call_{};
  Duration in_round_{};
  Duration idle_{};
  bool call_told_ = false;
  bool round_told_ = false;
  bool round_excused_ = false;  // a call in it was told of
  bool restart_told_ = false;
  bool woken_ = false;
  bool wants_wake_ = false;
};

}  // namespace slipring::plugin
