// Rehearsal: a build is loaded, tried and unloaded in a process of its own before the host loads
// it.
//
// That process is slipring-rehearse, which lies beside this one's program. It loads the staged copy
// as the host does, makes instances with the same settings, has the plugin test itself, imports
// states of sessions that the running version exported, destroys everything and looks whether it is
// gone. A constructor that aborts, an `init` that exits, a self-test that hangs or eats memory ends
// there. Of a transport only loading and `init` are rehearsed: it is pinned, and its instances want
// a shard's loop.
//
// Thread-safety: control thread, which is never held up. Several may run side by side.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "edge/endpoint.hpp"
#include "plugin/generation.hpp"
#include "shard/shard_set.hpp"
#include "upgrade/child_process.hpp"
#include "upgrade/rehearsal_talk.hpp"
#include "upgrade/report.hpp"

namespace slipring::upgrade {

struct RehearsalSettings {
  std::chrono::nanoseconds time = std::chrono::seconds(10);
  uint64_t memory = uint64_t{512} << 20;  // beside what the program itself has
  uint32_t samples = 3;                   // of each shard
};

class Rehearsal {
 public:
  struct Build {
    std::filesystem::path staged;
    plugin::Manifest manifest;
    std::string settings;
  };

  Rehearsal(RehearsalSettings settings, shard::ShardSet &shards, edge::AllSessions &sessions)
      : settings_(settings), shards_(shards), sessions_(sessions) {}

  // For those that begin from now on.
  void configure(RehearsalSettings settings) { settings_ = settings; }

  // Sets the report's stage, and adds a note when some of the samples could not be imported.
  // `running`: the version that would be replaced, or nullptr.
  boost::asio::awaitable<std::optional<Failure>> run(Build build, const plugin::Generation *running,
                                                     Report &report);

 private:
  boost::asio::awaitable<RehearsalTask> task_for(const Build &build,
                                                 const plugin::Generation *running);

  RehearsalSettings settings_;
  shard::ShardSet &shards_;
  edge::AllSessions &sessions_;
};

// What a rehearsal's output says so far.
class RehearsalRecord {
 public:
  void read(std::string_view line);

  // How it came out. Nothing: the build came through.
  std::optional<Failure> verdict(const ChildEnd &end, const RehearsalSettings &settings) const;
  // The last line.
  const RehearsalLine &last() const { return last_; }

 private:
  RehearsalLine last_{.step = "start"};
  std::string printed_;  // the last thing that the plugin printed
};

}  // namespace slipring::upgrade
