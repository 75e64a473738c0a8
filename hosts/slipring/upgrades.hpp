// What `slipring plugins …` does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common.hpp"

namespace slipring::command {

struct UpgradeOptions {
  Common common;
  std::string plugin;
  std::vector<std::string> plugins;
  std::string version;
  std::string release;
  int64_t limit = 20;
  std::string share;
  std::string time;
  bool promote = false;
  bool abort = false;
};

// Each answers an exit code.
int list(const UpgradeOptions &options);
int inspect(const UpgradeOptions &options);
int plan(const UpgradeOptions &options);
int upgrade(const UpgradeOptions &options);
int rollback(const UpgradeOptions &options);
int pin(const UpgradeOptions &options);
int quarantine(const UpgradeOptions &options);
int canary(const UpgradeOptions &options);
int ledger(const UpgradeOptions &options);

}  // namespace slipring::command
