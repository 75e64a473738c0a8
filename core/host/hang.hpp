// What is left of a run that the watchdog has ended: a record in the state directory, that the next
// run tells of.
//
// hang-<time>.json says which thread hung in what, what the others were doing, and which
// generations there were. Once it was told of it is in hangs/, of which the latest are kept.
//
// Thread-safety: write_hang() any thread; it asks nothing of the threads it writes about.
#pragma once

#include <filesystem>
#include <vector>

#include "base/status.hpp"
#include "plugin/activity.hpp"
#include "plugin/roster.hpp"

namespace slipring::host {

struct HangFacts {
  plugin::Activity hung;
  std::vector<plugin::Activity> threads;
  std::vector<std::shared_ptr<plugin::Roster::Entry>> generations;
};

// Answers the file's path.
Result<std::filesystem::path> write_hang(const std::filesystem::path &state,
                                         const HangFacts &facts);

// Says in the log why the last run ended, when it has left a record.
void tell_of_last_hang(const std::filesystem::path &state);

}  // namespace slipring::host
