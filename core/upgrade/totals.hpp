// Totals: what has become of all upgrades since the host began, of each plugin.
//
// The history keeps the last reports; these only grow, as metrics have to.
//
// Thread-safety: control thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "upgrade/report.hpp"

namespace slipring::upgrade {

// How long slices of moves took.
struct SliceTimes {
  // Upper bounds; what is longer than the last is in the count alone.
  static constexpr std::array<std::chrono::microseconds, 12> bounds = {
      std::chrono::microseconds(50),     std::chrono::microseconds(100),
      std::chrono::microseconds(200),    std::chrono::microseconds(300),
      std::chrono::microseconds(500),    std::chrono::microseconds(1'000),
      std::chrono::microseconds(2'000),  std::chrono::microseconds(5'000),
      std::chrono::microseconds(10'000), std::chrono::microseconds(20'000),
      std::chrono::microseconds(50'000), std::chrono::microseconds(100'000)};

  void add(std::chrono::nanoseconds slice);

  std::array<uint64_t, bounds.size()> within{};  // at most that long
  uint64_t count = 0;
  std::chrono::nanoseconds sum{};
};

class Totals {
 public:
  struct OfPlugin {
    std::map<Outcome, uint64_t> outcomes;
    uint64_t moved = 0;   // sessions
    uint64_t stayed = 0;  // sessions that could not move
    // Of a version that was replaced: sessions that ended by themselves, or were ended when their
    // time was over.
    uint64_t drained = 0;
    uint64_t cut = 0;
  };

  void add(const Report &report);
  void add_drained(const std::string &plugin, uint64_t left, uint64_t cut);

  // By name; "" for files that did not say whose they are.
  const std::map<std::string, OfPlugin> &plugins() const { return plugins_; }
  const SliceTimes &slices() const { return slices_; }

 private:
  std::map<std::string, OfPlugin> plugins_;
  SliceTimes slices_;
};

}  // namespace slipring::upgrade
