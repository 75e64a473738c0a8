#include "wire/measurement.hpp"

#include <unistd.h>

#include <cmath>

#include "wire/loop.hpp"

namespace slipring::bench {
namespace {

ProcessorTime of_all(std::span<const pid_t> servers) {
  ProcessorTime sum;
  for (const pid_t pid : servers) sum += ProcessorTime::of(pid);
  return sum;
}

}  // namespace

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

double microseconds(uint64_t nanoseconds) {
  return rounded(static_cast<double>(nanoseconds) / 1000);
}

void Measurement::start(std::span<const pid_t> servers) {
  from = Loop::now();
  server = of_all(servers);
  own = ProcessorTime::of(getpid());
}

void Measurement::stop(std::span<const pid_t> servers) {
  seconds = static_cast<double>(Loop::now() - from) / static_cast<double>(second);
  server = of_all(servers) - server;
  own = ProcessorTime::of(getpid()) - own;
}

boost::json::object Measurement::view(bool with_server) const {
  const auto count = static_cast<double>(messages);
  const auto each = [&](double time) { return messages == 0 ? 0.0 : rounded(time * 1e6 / count); };
  boost::json::object line{{"seconds", rounded(seconds)},
                           {"messages", messages},
                           {"per_second", std::round(count / seconds)},
                           {"p50_us", microseconds(latencies.percentile(0.5))},
                           {"p99_us", microseconds(latencies.percentile(0.99))},
                           {"longest_us", microseconds(latencies.longest())},
                           {"lost", lost},
                           {"doubled", doubled},
                           {"reordered", reordered},
                           {"altered", altered},
                           {"closed", closed},
                           {"void", is_void()},
                           {"own_cpu_us", each(own.total())}};
  if (with_server) {
    line["cpu_us"] = each(server.total());
    line["cpu_user_us"] = each(server.user);
  }
  return line;
}

}  // namespace slipring::bench
