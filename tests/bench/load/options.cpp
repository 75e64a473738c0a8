#include "load/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "wire/numbered.hpp"

namespace slipring::bench {

Options Options::parse(int argc, char **argv) {
  Options options;
  CLI::App app(
      "WebSocket load for benchmarks: sends numbered messages over loopback, checks that each "
      "comes\n"
      "back once, in order and unaltered, and prints what it measured as one line of JSON.\n"
      "Exit codes: 0 measured; 1 something was lost, doubled, reordered or altered, or a "
      "connection\n"
      "ended: the figures are void; 2 wrong usage; 3 no connection.");
  const std::map<std::string, Pattern> patterns = {{"ping-pong", Pattern::ping_pong},
                                                   {"paced", Pattern::paced}};
  app.add_option("--port", options.port, "of the server on 127.0.0.1")->required();
  app.add_option("--path", options.path);
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 19'000));
  app.add_option("--size", options.size, "of a message in bytes")
      ->check(CLI::Range(NumberedMessages::smallest, size_t{1} << 20));
  app.add_option("--pattern", options.pattern, "ping-pong or paced")
      ->transform(CLI::CheckedTransformer(patterns));
  app.add_option("--depth", options.depth, "ping-pong: messages under way on each connection")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--rate", options.rate, "paced: messages per second in all")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--warm-up", options.warm_up, "seconds before the measurement")
      ->check(CLI::Range(0.0, 60.0));
  app.add_option("--seconds", options.seconds, "of the measurement")
      ->check(CLI::Range(0.01, 120.0));
  app.add_option("--server", options.servers, "process id whose processor time is counted");
  app.add_option("--timeline", options.timeline,
                 "adds the longest latency of each so many milliseconds")
      ->check(CLI::Range(1, 60'000));
  app.add_flag(
      "--steered", options.steered,
      "says {\"open\":N} when connected, then runs for each line `run` on standard input,\n"
      "until it ends");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  return options;
}

}  // namespace slipring::bench
