#include "upgrade/comparison.hpp"

#include <array>
#include <cstdio>
#include <string>

namespace slipring::upgrade {

namespace {

using plugin::Counts;

// With fewer calls a rate says little.
constexpr uint64_t enough_calls = 1000;
// Where the old version never failed, a single failure is no verdict.
constexpr double always_permitted = 1;

struct Fault {
  uint64_t Counts::*count;
  const char *check;
  const char *what;
};
constexpr std::array<Fault, 2> faults = {{{&Counts::failed, "errors", " calls failed"},
                                          {&Counts::slow, "time", " calls took too long"}}};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

std::string permitted(const ErrorLimits &limits) {
  return "at most " + std::to_string(limits.errors) + " (upgrade.max_errors)";
}

std::string found(const Fault &fault, const Counts &next, const Counts &old) {
  const uint64_t count = next.*fault.count;
  return std::to_string(count) + fault.what + ", " + number(per_thousand(count, next)) +
         " of 1000; of the old version " + number(per_thousand(old.*fault.count, old));
}

std::string factor(const ErrorLimits &limits) {
  return number(limits.factor) + " times its rate (upgrade.error_factor)";
}

}  // namespace

double per_thousand(uint64_t what, const Counts &counts) {
  if (counts.calls == 0) return 0;
  return 1000 * static_cast<double>(what) / static_cast<double>(counts.calls);
}

std::optional<Failure> compare_beside(const Counts &next, const Counts &old,
                                      const ErrorLimits &limits) {
  for (const Fault &fault : faults) {
    const uint64_t count = next.*fault.count;
    const double rate = per_thousand(count, next);
    if (count <= limits.errors || rate <= limits.factor * per_thousand(old.*fault.count, old)) {
      continue;
    }
    return Failure{Stage::moving, fault.check, found(fault, next, old),
                   permitted(limits) + " or " + factor(limits)};
  }
  return std::nullopt;
}

std::optional<Failure> compare_after(const Counts &next, const Counts &old,
                                     const ErrorLimits &limits) {
  for (const Fault &fault : faults) {
    const uint64_t count = next.*fault.count;
    if (count > limits.errors) {
      return Failure{Stage::probation, fault.check, std::to_string(count) + fault.what,
                     permitted(limits)};
    }
    const double rate = per_thousand(count, next);
    const double old_rate = per_thousand(old.*fault.count, old);
    if (next.calls >= enough_calls && rate > limits.factor * old_rate + always_permitted) {
      return Failure{Stage::probation, fault.check, found(fault, next, old),
                     "at most one more than " + factor(limits)};
    }
  }
  return std::nullopt;
}

}  // namespace slipring::upgrade
