#include "plugin/slot_watch.hpp"

namespace slipring::plugin {

using Kind = SlotWatch::Finding::Kind;
using Sample = shard::Running::Sample;

std::vector<SlotWatch::Finding> SlotWatch::look(const Sample &now, Duration elapsed) {
  std::vector<Finding> findings;
  wants_wake_ = false;
  look_at_call(now, elapsed, findings);
  if (limits_.has_rounds) look_at_round(now, elapsed, findings);
  seen_ = now;
  const bool by_call = in_call_ >= in_round_;
  const Duration longest = by_call ? in_call_ : in_round_;
  if (!restart_told_ && limits_.restart.count() != 0 && longest >= limits_.restart) {
    restart_told_ = true;
    findings.push_back({Kind::restart, !by_call, now.generation, now.function, longest});
  }
  return findings;
}

void SlotWatch::look_at_call(const Sample &now, Duration elapsed, std::vector<Finding> &findings) {
  const bool is_same = now.generation != 0 && now.count == seen_.count;
  if (is_same) {
    in_call_ += elapsed;
    if (call_told_ || in_call_ < limits_.callback) return;
    call_told_ = true;
    findings.push_back({Kind::over, false, now.generation, now.function, in_call_});
    return;
  }
  if (call_told_) {
    findings.push_back({Kind::back, false, seen_.generation, seen_.function, in_call_ + elapsed});
    in_round_ = Duration{};  // that time was the call's
  }
  call_told_ = false;
  in_call_ = Duration{};
}

void SlotWatch::look_at_round(const Sample &now, Duration elapsed, std::vector<Finding> &findings) {
  if (now.rounds != seen_.rounds) {
    if (round_told_) {
      findings.push_back({Kind::back, true, 0, nullptr, in_round_ + elapsed});
    }
    round_told_ = woken_ = false;
    in_round_ = idle_ = Duration{};
    return;
  }
  const bool may_sleep = now.generation == 0 && now.count == seen_.count;
  if (may_sleep && !woken_ && !round_told_) {
    idle_ += elapsed;
    in_round_ = Duration{};
    wants_wake_ = woken_ = idle_ >= idle_limit;
    return;
  }
  in_round_ += elapsed;
  if (round_told_ || call_told_ || in_round_ < limits_.callback) return;
  round_told_ = true;
  findings.push_back({Kind::over, true, now.generation, now.function, in_round_});
}

}  // namespace slipring::plugin
