// slipring_bench_ws: see --help.
#include <unistd.h>

#include <boost/json.hpp>
#include <cmath>
#include <exception>
#include <iostream>

#include "load/generator.hpp"

namespace json = boost::json;
using slipring::bench::Generator;
using slipring::bench::Measurement;
using slipring::bench::Options;
using slipring::bench::Pattern;

namespace {

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

double microseconds(uint64_t nanoseconds) {
  return rounded(static_cast<double>(nanoseconds) / 1000);
}

json::object view(const Options &options, const Measurement &measured) {
  const auto &latencies = measured.latencies;
  const auto messages = static_cast<double>(measured.answered);
  const auto each = [&](double seconds) {
    return measured.answered == 0 ? 0.0 : rounded(seconds * 1e6 / messages);
  };
  json::object line{{"connections", options.connections},
                    {"size", options.size},
                    {"seconds", rounded(measured.seconds)},
                    {"messages", measured.answered},
                    {"per_second", std::round(messages / measured.seconds)},
                    {"p50_us", microseconds(latencies.percentile(0.5))},
                    {"p99_us", microseconds(latencies.percentile(0.99))},
                    {"longest_us", microseconds(latencies.longest())},
                    {"lost", measured.lost},
                    {"doubled", measured.doubled},
                    {"reordered", measured.reordered},
                    {"altered", measured.altered},
                    {"closed", measured.closed},
                    {"void", measured.is_void()},
                    {"own_cpu_us", each(measured.own.total())}};
  if (options.pattern == Pattern::paced) {
    line["pattern"] = "paced";
    line["rate"] = options.rate;
  } else {
    line["pattern"] = "ping-pong";
    line["depth"] = options.depth;
  }
  if (options.server != 0) {
    line["cpu_us"] = each(measured.server.total());
    line["cpu_user_us"] = each(measured.server.user);
  }
  if (options.timeline != 0) {
    json::array longest;
    for (const uint64_t latency : measured.timeline) longest.push_back(microseconds(latency));
    line["timeline"] = {{"begin", measured.timeline_begin},
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
    generator.open();
    bool is_void = false;
    const auto run = [&] {
      const Measurement measured = generator.run();
      is_void = is_void || measured.is_void();
      std::cout << view(options, measured) << std::endl;
    };
    if (!options.steered) {
      run();
      return is_void ? 1 : 0;
    }
    std::cout << json::object{{"open", options.connections}} << std::endl;
    for (std::string word;;) {
      if (std::cin.rdbuf()->in_avail() <= 0) generator.idle_until_readable(STDIN_FILENO);
      if (!std::getline(std::cin, word)) break;
      if (word == "run") run();
    }
    return is_void ? 1 : 0;
  } catch (const std::exception &error) {
    std::cerr << "slipring_bench_ws: " << error.what() << '\n';
    return 3;
  }
}
