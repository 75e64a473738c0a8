// Ledger: every upgrade there was: who asked, what came of it, how far it got and how long each
// state took, and one outcome for every session that was there when it began.
//
// A file of JSON lines. An upgrade is written each time it comes further, so its last line holds;
// one whose last line says "under way", or in probation, is one in which the process ended.
//
// Thread-safety: control thread.
#pragma once

#include <boost/json/array.hpp>
#include <filesystem>
#include <vector>

#include "base/status.hpp"
#include "upgrade/report.hpp"

namespace slipring::upgrade {

class Ledger {
 public:
  // Upgrades the process before left under way are ended as "interrupted". A torn last line is
  // dropped, the oldest beyond `kept` too.
  static Result<Ledger> open(const std::filesystem::path &file);
  static constexpr size_t kept = 10'000;

  // The number of the next upgrade.
  uint64_t begin() { return ++last_; }
  // How far it is. Failing to write is logged: an upgrade does not fail because of it.
  void note(const Report &report);

  // The latest upgrades, oldest first; of one plugin unless `plugin` is empty.
  boost::json::array latest(size_t at_most, std::string_view plugin = {}) const;
  // Those that open() found under way, as it ended them.
  const boost::json::array &interrupted() const { return interrupted_; }

 private:
  explicit Ledger(std::filesystem::path file) : file_(std::move(file)) {}

  std::filesystem::path file_;
  uint64_t last_ = 0;
  boost::json::array interrupted_;
};

}  // namespace slipring::upgrade
