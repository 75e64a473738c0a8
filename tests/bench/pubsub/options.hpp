// What slipring_bench_pubsub is asked to do, from its command line.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace slipring::bench::pubsub {

struct Options {
  std::string dialect = "slipring";
  uint16_t port = 0;
  std::string path = "/ws";
  std::string topic = "bench/topic";  // topics are this, '/' and a number
  uint32_t topics = 1;
  uint32_t subscribers = 1;   // each of one topic, in turn
  uint32_t publishers = 1;    // each to one topic, or all topics divided among them
  bool acknowledged = false;  // publish so that the server answers
  size_t size = 128;          // of a message
  // Paced: messages per second over all, each due at its time. 0: at full rate.
  double rate = 0;
  // Full rate: the messages of one publisher on one topic that have not got everywhere yet.
  uint32_t window = 256;
  uint64_t messages =
      0;  // full rate: so many on each topic of a publisher, then it ends. 0: no end
  // One subscriber who reads so many messages that are there. 0: subscribers and publishers.
  uint64_t replay = 0;
  std::string start;     // where subscribers begin, as the dialect says it; empty: now
  double warm_up = 0.3;  // seconds
  double seconds = 1.5;
  std::vector<pid_t> servers;  // whose processor time is counted
  bool steered = false;        // runs when a line on standard input says so

  bool is_paced() const { return rate > 0; }

  // Ends the process when the line is wrong (2), or only asks for help (0).
  static Options parse(int argc, char **argv);
};

}  // namespace slipring::bench::pubsub
