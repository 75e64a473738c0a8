// Generator: the load of one process, a number of clients on one thread.
//
// open() connects them all; each run() then sends in the pattern asked for, warms up, measures, and
// waits for what is under way. A paced message's latency counts from the time it was due, not from
// when this process got round to sending it, so a server or a machine that falls behind shows.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "load/client.hpp"
#include "load/options.hpp"
#include "wire/loop.hpp"
#include "wire/measurement.hpp"

namespace slipring::bench {

// The longest latency of what was due in each step of a measurement.
struct Timeline {
  double begin = 0;  // Unix time in seconds
  std::vector<uint64_t> longest;
};

class Generator final : private Client::Listener {
 public:
  explicit Generator(const Options &options);

  // Throws when not all of them get through.
  void open();
  Measurement run();
  // Of the last run; empty when none is asked for.
  const Timeline &timeline() const { return timeline_; }
  void idle_until_readable(int fd) { loop_.idle_until_readable(fd); }

 private:
  void opened(Client &client) override;
  void answered(Client &client, std::string_view answer) override;
  void start_measuring();
  void pace(uint64_t time);
  void add_to_timeline(uint64_t due);
  uint64_t outstanding() const;

  const Options options_;
  Loop loop_;
  NumberedMessages messages_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client *> unflushed_;
  size_t open_ = 0;

  bool sending_ = false;
  uint64_t last_arrival_ = 0;
  uint64_t first_due_ = 0;
  uint64_t paced_ = 0;
  Measurement measured_;
  Timeline timeline_;
};

}  // namespace slipring::bench
