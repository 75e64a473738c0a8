#include "pubsub/options.hpp"

#include <CLI/CLI.hpp>
#include <bit>
#include <cstdlib>

#include "pubsub/dialect.hpp"
#include "wire/numbered.hpp"
#include "wire/steering.hpp"

namespace slipring::bench::pubsub {
namespace {

std::string check(const Options &options) {
  if (!std::has_single_bit(options.window)) return "--window: not a power of two";
  if (options.subscribers != 0 && options.subscribers < options.topics) {
    return "--subscribers: fewer than topics";
  }
  if (options.topics % options.publishers != 0 && options.publishers % options.topics != 0) {
    return "--publishers: neither a multiple nor a divisor of the number of topics";
  }
  if (options.subscribers == 0 && !options.acknowledged && !options.is_paced()) {
    return "--subscribers: without any, and without --acknowledged, nothing limits the full rate";
  }
  return {};
}

}  // namespace

Options Options::parse(int argc, char **argv) {
  Options options;
  CLI::App app(
      "Publish and subscribe for benchmarks: numbered messages over loopback, checked that each\n"
      "reaches each subscriber of its topic once, in order and unaltered; prints what it measured "
      "as\n"
      "one line of JSON.\n"
      "Exit codes: 0 measured; 1 something was lost, doubled, reordered, altered or refused, or a\n"
      "connection ended: the figures are void; 2 wrong usage; 3 no connection.");
  app.add_option("--dialect", options.dialect, "what the server speaks")
      ->check(CLI::IsMember(dialects()));
  app.add_option("--port", options.port, "of the server on 127.0.0.1")->required();
  app.add_option("--path", options.path, "of a dialect that leaves it open");
  app.add_option("--topic", options.topic, "topics are this, a slash and a number");
  app.add_option("--topics", options.topics)->check(CLI::Range(1, 100'000));
  app.add_option("--subscribers", options.subscribers, "connections; each takes one topic, in turn")
      ->check(CLI::Range(0, 19'000));
  app.add_option("--publishers", options.publishers,
                 "connections; each has one topic, or the topics are divided among them")
      ->check(CLI::Range(1, 19'000));
  app.add_flag("--acknowledged", options.acknowledged, "publish so that the server answers");
  app.add_option("--size", options.size, "of a message in bytes")
      ->check(CLI::Range(NumberedMessages::smallest, size_t{1} << 20));
  app.add_option("--rate", options.rate, "paced: messages per second in all; without, full rate")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--window", options.window,
                 "full rate: the messages of a publisher on a topic that have not reached all its\n"
                 "subscribers, and been acknowledged, are at most so many; a power of two")
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--messages", options.messages,
                 "full rate: ends when a publisher has sent so many on a topic")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--replay", options.replay,
                 "one subscriber who comes back and reads so many messages that the server kept")
      ->check(CLI::Range(1, 1'000'000'000));
  app.add_option("--start", options.start,
                 "where subscribers begin, as the dialect says it: slipring: \"earliest\",\n"
                 "jetstream: \"deliver_policy\":\"all\"");
  app.add_option("--warm-up", options.warm_up, "seconds before the measurement")
      ->check(CLI::Range(0.0, 60.0));
  app.add_option("--seconds", options.seconds, "of the measurement")
      ->check(CLI::Range(0.01, 120.0));
  app.add_option("--server", options.servers, "process id whose processor time is counted");
  app.add_flag(
      "--steered", options.steered,
      "says {\"open\":N} when connected, then runs for each line `run` on standard input,\n"
      "until it ends");
  try {
    app.parse(argc, argv);
    if (const std::string wrong = check(options); !wrong.empty()) {
      throw CLI::ValidationError(wrong);
    }
  } catch (const CLI::ParseError &error) {
    std::exit(app.exit(error) == 0 ? measured_ok : wrong_usage);
  }
  return options;
}

}  // namespace slipring::bench::pubsub
