// What it costs that each call into a plugin is guarded, counted and shown to the watchdog.
#include <benchmark/benchmark.h>

#include "micro/host_fixture.hpp"
#include "plugin/guard.hpp"

namespace slipring::bench {
namespace {

slipring_status answer() {
  return SLIPRING_OK;
}

// Not known to the compiler, as a function of a plugin is not.
slipring_status (*volatile plugin_function)() = &answer;

void call_bare(benchmark::State &state) {
  for (auto call : state) benchmark::DoNotOptimize(plugin_function());
}

void call_guarded(benchmark::State &state) {
  HostFixture host;
  plugin::Instance &instance = host.load("test-plugins/tally-1/tally.so").instance(0);
  for (auto call : state) {
    benchmark::DoNotOptimize(plugin::guard(instance, "receive", [] { return plugin_function(); }));
  }
}

BENCHMARK(call_bare);
BENCHMARK(call_guarded);

}  // namespace
}  // namespace slipring::bench
