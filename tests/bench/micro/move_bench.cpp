// A move per session: export from one version of the stateful adapter, import into the other,
// rebind, release. All sessions in one go, so that nothing but the moves is in the time.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>

#include "base/bytes.hpp"
#include "micro/host_fixture.hpp"
#include "session/move.hpp"

namespace slipring::bench {
namespace {

constexpr auto in_one_slice = std::chrono::hours(1);

void move_of_tally(benchmark::State &state) {
  HostFixture host;
  plugin::Generation *from = &host.load("test-plugins/tally-1/tally.so");
  plugin::Generation *to = &host.load("test-plugins/tally-2/tally.so");
  const auto sessions = host.open(*from, static_cast<size_t>(state.range(0)));
  const std::string half(64, 'x');
  const slipring_message begun{to_bytes(half), SLIPRING_MESSAGE_TEXT, 0, {}};
  for (const slipring_session id : sessions) host.sessions().messages().receive(id, begun);

  for (auto walk : state) {
    uint64_t moved = 0;
    session::Move::start(host.shard(), host.sessions(), to->instance(0), in_one_slice,
                         [&](session::MoveReport report) { moved = report.moved; });
    if (moved != sessions.size()) {
      state.SkipWithError("sessions stayed");
      break;
    }
    std::swap(from, to);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  host.close(sessions);
}

BENCHMARK(move_of_tally)->ArgName("sessions")->Arg(100)->Arg(1000)->Arg(10'000);

// What an upgrade costs besides its sessions: mapping a build and making an instance, and back.
void load_and_unload(benchmark::State &state) {
  HostFixture host;
  for (auto load : state) host.unload(host.load("test-plugins/tally-1/tally.so"));
}

BENCHMARK(load_and_unload)->Unit(benchmark::kMicrosecond)->Iterations(50);

}  // namespace
}  // namespace slipring::bench
