#include "plugin/slot_watch.hpp"

namespace slipring::plugin {

using Kind = SlotWatch::Finding::Kind;
using Sample = shard::Running::Sample;

namespace {
constexpr int calls_in_round = 2;  // a round is over its limit when it takes as long as so many
}  // namespace

std::vector<SlotWatch::Finding> SlotWatch::look(const Sample &now, Duration elapsed) {
  std::vector<Finding> findings;
  wants_wake_ = false;
  look_at_call(now, elapsed, findings);
  if (limits_.has_rounds) look_at_round(now, elapsed, findings);
  seen_ = now;
  if (const auto longest = hangs_for(); longest && !restart_told_) {
    restart_told_ = true;
    findings.push_back(
        {Kind::restart, *longest != in_call_, now.generation, now.function, *longest});
  }
  return findings;
}

// A round is longer than the call it is in; when it is mostly that call, the call is to be named.
std::optional<SlotWatch::Duration> SlotWatch::hangs_for() const {
  const Duration longest = in_call_ * 2 < in_round_ ? in_round_ : in_call_;
  if (limits_.restart.count() == 0 || longest < limits_.restart) return std::nullopt;
  return longest;
}

void SlotWatch::look_at_call(const Sample &now, Duration elapsed, std::vector<Finding> &findings) {
  const bool is_same = now.generation != 0 && now.count == seen_.count;
  if (is_same) {
    in_call_ += elapsed;
    if (call_told_ || in_call_ < limits_.callback) return;
    call_told_ = round_excused_ = true;
    findings.push_back({Kind::over, false, now.generation, now.function, in_call_});
    return;
  }
  if (call_told_) {
    findings.push_back({Kind::back, false, seen_.generation, seen_.function, in_call_ + elapsed});
  }
  call_told_ = false;
  in_call_ = Duration{};
}

void SlotWatch::look_at_round(const Sample &now, Duration elapsed, std::vector<Finding> &findings) {
  if (now.rounds != seen_.rounds) {
    if (round_told_) {
      findings.push_back({Kind::back, true, 0, nullptr, in_round_ + elapsed});
    }
    round_told_ = round_excused_ = woken_ = false;
    in_round_ = idle_ = Duration{};
    return;
  }
  const bool may_sleep = now.generation == 0 && now.count == seen_.count && !round_told_;
  if (may_sleep && !woken_) {
    idle_ += elapsed;
    in_round_ = Duration{};
    wants_wake_ = woken_ = idle_ >= idle_limit;
    return;
  }
  in_round_ += elapsed;
  const bool may_be_the_call = in_call_.count() != 0;
  if (round_told_ || round_excused_ || may_be_the_call) return;
  if (in_round_ < limits_.callback * calls_in_round) return;
  round_told_ = true;
  findings.push_back({Kind::over, true, now.generation, now.function, in_round_});
}

}  // namespace slipring::plugin
