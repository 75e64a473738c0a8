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
#include <span>
#include <string_view>
#include <vector>

#include "load/client.hpp"
#include "load/latencies.hpp"
#include "load/options.hpp"
#include "load/processor_time.hpp"

namespace slipring::bench {

struct Measurement {
  double seconds = 0;
  uint64_t answered = 0;  // while it was measured
  Latencies latencies;    // of those of them that were due while it was measured
  uint64_t lost = 0;
  uint64_t doubled = 0;
  uint64_t reordered = 0;
  uint64_t altered = 0;
  uint64_t closed = 0;
  ProcessorTime server;
  ProcessorTime own;
  double timeline_begin = 0;       // Unix time in seconds
  std::vector<uint64_t> timeline;  // the longest latency of what was due in each step

  bool is_void() const { return lost + doubled + reordered + altered + closed != 0; }
};

class Generator {
 public:
  explicit Generator(const Options &options);
  ~Generator();
  Generator(const Generator &) = delete;
  Generator &operator=(const Generator &) = delete;

  // Throws when not all of them get through.
  void open();
  Measurement run();
  // Keeps the connections alive until `fd` can be read.
  void idle_until_readable(int fd);

 private:
  static uint64_t now();

  void poll(uint64_t until);
  void start_measuring();
  void stop_measuring();
  void pace(uint64_t time);
  void send(Client &client, uint64_t due);
  void answered(Client &client, std::string_view answer);
  void watch(Client &client);
  uint64_t outstanding() const;

  const Options options_;
  const int epoll_;
  NumberedMessages messages_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<bool> watched_for_writing_;  // by client
  std::vector<char> buffer_;
  std::vector<Client *> unflushed_;
  const Client::OnMessage on_message_;
  size_t open_ = 0;
  bool awake_ = false;  // something other than a client can be read

  bool sending_ = false;
  bool measuring_ = false;
  uint64_t received_at_ = 0;
  uint64_t first_due_ = 0;
  uint64_t paced_ = 0;
  uint64_t measured_from_ = 0;
  ProcessorTime server_before_;
  ProcessorTime own_before_;
  Measurement measured_;
};

}  // namespace slipring::bench
