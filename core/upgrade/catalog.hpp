// Catalog: every generation of every plugin that this process holds, and in which state.
//
// Thread-safety: control thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/activity.hpp"
#include "plugin/generation.hpp"

namespace slipring::upgrade {

enum class GenerationState {
  serving,    // gets new sessions
  canary,     // gets a share of those of the one that serves
  warm,       // kept while all sessions may be sent back to it
  draining,   // serves sessions that did not move, until they end or another upgrade takes them
  unloading,  // has no session; waits for every shard to pass a quiescent point
  stuck,      // could not be unmapped; stays until the process ends
  retired     // its code is not called any more; mapped for ever, because it is pinned
};
std::string_view state_name(GenerationState state);

struct Held {
  std::unique_ptr<plugin::Generation> generation;
  GenerationState state = GenerationState::serving;
  std::string cause;     // why it is not serving and not gone
  uint64_t carried = 0;  // of a transport: sessions through it, when they were last counted
  std::optional<plugin::Activity> last_over_limit{};  // the latest callback that took too long
};

class Catalog {
 public:
  Held &add(std::unique_ptr<plugin::Generation> generation);
  void remove(uint64_t generation);

  Held *serving(std::string_view plugin);
  // nullptr: it has ended.
  Held *find(uint64_t generation);
  std::vector<Held *> all();

 private:
  std::vector<std::unique_ptr<Held>> held_;
};

}  // namespace slipring::upgrade
