// Roster: the generations that this process holds, by their ids, for threads other than the control
// thread.
//
// Thread-safety: any thread. An entry that was found stays readable after its generation has gone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace slipring::plugin {

class Roster {
 public:
  struct Entry {
    Entry(uint64_t of, std::string name, std::string its_version, std::string build)
        : generation(of),
          plugin(std::move(name)),
          version(std::move(its_version)),
          build_id(std::move(build)) {}

    const uint64_t generation;
    const std::string plugin;
    const std::string version;
    const std::string build_id;
    std::atomic<uint64_t> over_limit = 0;  // calls the watchdog found over their limit
  };

  std::shared_ptr<Entry> add(uint64_t generation, std::string plugin, std::string version,
                             std::string build_id);
  void remove(const Entry &entry);

  // nullptr: none has that id.
  std::shared_ptr<Entry> find(uint64_t generation) const;
  std::vector<std::shared_ptr<Entry>> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Entry>> entries_;
};

}  // namespace slipring::plugin
