#include "upgrade/records.hpp"

#include <system_error>

#include "observe/log.hpp"

namespace slipring::upgrade {

namespace fs = std::filesystem;

Result<Records> Records::open(const fs::path &directory) {
  std::error_code error;
  fs::create_directories(directory / "builds", error);
  if (!error) fs::permissions(directory, fs::perms::owner_all, error);
  if (!error) fs::permissions(directory / "builds", fs::perms::owner_all, error);
  if (error) {
    return Status::unavailable("cannot prepare " + directory.string() + ": " + error.message());
  }
  auto ledger = Ledger::open(directory / "ledger.jsonl");
  if (!ledger) return ledger.status();
  return Records{Standing::open(directory / "standing.json"), std::move(*ledger),
                 Shelf(directory / "builds")};
}

void check_written(const Status &status) {
  if (!status.is_ok()) observe::warn("upgrade records not written", {{"error", status.message()}});
}

}  // namespace slipring::upgrade
