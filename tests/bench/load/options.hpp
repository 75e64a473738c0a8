// What slipring_bench_ws is asked to do, from its command line.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace slipring::bench {

enum class Pattern {
  ping_pong,  // each connection keeps `depth` messages under way
  paced       // `rate` messages per second over all connections, each due at its time
};

struct Options {
  uint16_t port = 0;
  std::string path = "/echo";
  size_t connections = 1;
  size_t size = 128;  // of a message
  Pattern pattern = Pattern::ping_pong;
  size_t depth = 1;
  double rate = 1000;
  double warm_up = 0.3;  // seconds
  double seconds = 1.5;
  std::vector<pid_t> servers;  // whose processor time is counted
  unsigned timeline = 0;       // milliseconds of each step of the timeline; 0: none
  bool steered = false;        // runs when a line on standard input says so

  // Ends the process when the line is wrong (2), or only asks for help (0).
  static Options parse(int argc, char **argv);
};

}  // namespace slipring::bench
