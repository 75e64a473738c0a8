// The steps of a rehearsal, each announced before it begins: load, init, create, self-test, import,
// unload.
//
// Thread-safety: one thread, that of the process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/status.hpp"
#include "plugin/generation.hpp"
#include "plugin/library.hpp"
#include "upgrade/rehearsal_talk.hpp"

namespace slipring::rehearse {

class Steps {
 public:
  // `announce` is called with the name of each step.
  Steps(upgrade::RehearsalTask task, plugin::HostServices &services,
        std::function<void(const char *)> announce);

  // The last line of the rehearsal: the end, or what failed.
  upgrade::RehearsalLine run();

 private:
  Status load();
  Status init();
  Status create();
  Status self_test();
  Status import();
  Status unload();
  Status import_one(const std::string &sample, uint64_t number);

  const upgrade::RehearsalTask task_;
  plugin::HostServices &services_;
  const std::function<void(const char *)> announce_;
  const size_t threads_;  // that there were at the beginning
  plugin::Manifest manifest_;
  plugin::Library library_;
  std::unique_ptr<plugin::Generation> generation_;
  upgrade::RehearsalLine end_{.step = "done"};
};

}  // namespace slipring::rehearse
