// The host's own share of one message: received from a transport, through the ABI into the adapter,
// its answer through the ABI back, framed, queued, and joined for the transport at the end of the
// round. No socket.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "micro/host_fixture.hpp"

namespace slipring::bench {
namespace {

constexpr size_t message_size = 128;

slipring_message text(std::string_view bytes) {
  return {to_bytes(bytes), SLIPRING_MESSAGE_TEXT, 0, {}};
}

// A round in which each of `sessions` sessions receives `messages` messages and answers them.
void round_of(benchmark::State &state, std::string_view plugin, std::string_view sent) {
  HostFixture host;
  const auto sessions = host.open(host.load(plugin), static_cast<size_t>(state.range(0)));
  const int64_t messages = state.range(1);
  const slipring_message message = text(sent);
  const uint64_t before = host.written();
  for (auto round : state) {
    for (const slipring_session id : sessions) {
      for (int64_t i = 0; i < messages; ++i) host.sessions().messages().receive(id, message);
    }
    host.end_round();
  }
  const int64_t received = state.iterations() * state.range(0) * messages;
  if (host.written() - before < static_cast<uint64_t>(received) * sent.size()) {
    state.SkipWithError("answers are missing");
  }
  state.SetItemsProcessed(received);
  host.close(sessions);
}

void echo(benchmark::State &state) {
  round_of(state, "plugins/echo.so", std::string(message_size, 'x'));
}

void tally(benchmark::State &state) {
  round_of(state, "test-plugins/tally-1/tally.so", std::string(message_size - 1, 'x') + ';');
}

// The limit of what the host could do: the same copies without sessions, tables or an ABI.
void copied_and_framed(benchmark::State &state) {
  const std::string sent(message_size, 'x');
  for (auto round : state) {
    BufferRef framed = BufferRef::allocate(2 + sent.size());
    std::memcpy(framed.fill() + 2, sent.data(), sent.size());
    benchmark::DoNotOptimize(framed.fill());
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(echo)->ArgNames({"sessions", "messages"})->ArgsProduct({{1, 100, 1000, 10'000}, {1}});
BENCHMARK(echo)->ArgNames({"sessions", "messages"})->Args({100, 16});
BENCHMARK(tally)->ArgNames({"sessions", "messages"})->Args({1000, 1});
BENCHMARK(copied_and_framed);

}  // namespace
}  // namespace slipring::bench
