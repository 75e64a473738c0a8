// Records: what upgrades leave behind, kept over restarts in a directory of the host's own.
//
//   standing.json  which build of each plugin is committed and which came before, pins, builds in
//                  quarantine, and upgrades that are under way (Standing)
//   ledger.jsonl   every upgrade, one line each time it comes further (Ledger)
//   builds/        copies of the committed builds and of those before them (Shelf)
//
// Thread-safety: control thread.
#pragma once

#include <filesystem>

#include "upgrade/ledger.hpp"
#include "upgrade/shelf.hpp"
#include "upgrade/standing.hpp"

namespace slipring::upgrade {

struct Records {
  Standing standing;
  Ledger ledger;
  Shelf shelf;

  static Result<Records> open(const std::filesystem::path &directory);
};

// Logs that something could not be written down.
void check_written(const Status &status);

}  // namespace slipring::upgrade
