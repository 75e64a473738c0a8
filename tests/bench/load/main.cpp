// slipring_bench_ws: see --help.
#include <boost/json.hpp>
#include <exception>
#include <iostream>

#include "load/generator.hpp"
#include "wire/steering.hpp"

namespace json = boost::json;
using namespace slipring::bench;

namespace {

json::object view(const Options &options, const Measurement &measured, const Timeline &timeline) {
  json::object line = measured.view(!options.servers.empty());
  line["connections"] = options.connections;
  line["size"] = options.size;
  if (options.pattern == Pattern::paced) {
    line["pattern"] = "paced";
    line["rate"] = options.rate;
  } else {
    line["pattern"] = "ping-pong";
    line["depth"] = options.depth;
  }
  if (options.timeline != 0) {
    json::array longest;
    for (const uint64_t latency : timeline.longest) longest.push_back(microseconds(latency));
    line["timeline"] = {{"begin", timeline.begin},
                        {"step_ms", options.timeline},
                        {"longest_us", std::move(longest)}};
  }
  return line;
}

}  // namespace

int main(int argc, char **argv) {
  const Options options = Options::parse(argc, argv);
  try {
    Generator generator(options);
    return drive(generator, options.connections, options.steered, [&](const Measurement &measured) {
      return view(options, measured, generator.timeline());
    });
  } catch (const std::exception &error) {
    std::cerr << "slipring_bench_ws: " << error.what() << '\n';
    return no_connection;
  }
}
