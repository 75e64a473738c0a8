// slipring_bench_pubsub: see --help.
#include <boost/json.hpp>
#include <cmath>
#include <exception>
#include <iostream>

#include "pubsub/exchange.hpp"
#include "pubsub/replay.hpp"
#include "wire/steering.hpp"

namespace json = boost::json;
using namespace slipring::bench;
using namespace slipring::bench::pubsub;

namespace {

json::object view(const pubsub::Options &options, const Result &result) {
  json::object line = result.view(!options.servers.empty());
  line["refused"] = result.refused;
  if (result.refused != 0) line["refusal"] = result.refusal;
  if (options.acknowledged) {
    line["acknowledged_per_second"] =
        std::round(static_cast<double>(result.acknowledged) / result.seconds);
    line["unacknowledged"] = result.unacknowledged;
  }
  line["void"] = result.is_void();
  line["dialect"] = options.dialect;
  line["topics"] = options.topics;
  line["subscribers"] = options.subscribers;
  line["publishers"] = options.publishers;
  line["size"] = options.size;
  if (options.is_paced()) {
    line["rate"] = options.rate;
  } else {
    line["window"] = options.window;
  }
  return line;
}

json::object view_replay(const pubsub::Options &options, const Replay::Result &result) {
  json::object line = result.view(!options.servers.empty());
  line["refused"] = result.refused;
  if (result.refused != 0) line["refusal"] = result.refusal;
  line["seconds"] = result.seconds;
  line["void"] = result.is_void();
  line["dialect"] = options.dialect;
  line["replay"] = options.replay;
  return line;
}

}  // namespace

int main(int argc, char **argv) {
  const auto options = pubsub::Options::parse(argc, argv);
  try {
    if (options.replay != 0) {
      Replay replay(options);
      return drive(replay, 1, options.steered,
                   [&](const Replay::Result &result) { return view_replay(options, result); });
    }
    Exchange exchange(options);
    return drive(exchange, size_t{options.subscribers} + options.publishers, options.steered,
                 [&](const Result &result) { return view(options, result); });
  } catch (const std::exception &error) {
    std::cerr << "slipring_bench_pubsub: " << error.what() << '\n';
    return no_connection;
  }
}
