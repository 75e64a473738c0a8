// One event through the ABI, on one shard, without a socket: a publish of slipring.json.v1 received
// by the adapter websocket, published, sequenced, matched, rendered, framed, queued to each
// subscriber, and joined for the transport at the end of the round. CPU per event and subscriber.
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "micro/host_fixture.hpp"

namespace slipring::bench {
namespace {

constexpr size_t data_size = 128;

void say(HostFixture &host, slipring_session session, std::string_view text) {
  host.sessions().messages().receive(session, {to_bytes(text), SLIPRING_MESSAGE_TEXT, 0, {}});
}

std::string subscribe_to(std::string_view topic) {
  return R"({"op":"subscribe","id":1,"filters":[")" + std::string(topic) + R"("]})";
}

// `members`: what it has beside topic and data.
std::string publish_to(std::string_view topic, std::string_view members = "") {
  return R"({"op":"publish",)" + std::string(members) + R"("topic":")" + std::string(topic) +
         R"(","data":")" + std::string(data_size, 'x') + R"("})";
}

// Rounds in each of which each of `publishers` says its message `messages` times, each to be
// delivered `copies` times.
void rounds_of(benchmark::State &state, HostFixture &host,
               const std::vector<std::pair<slipring_session, std::string>> &publishers,
               int64_t messages, int64_t copies) {
  const uint64_t before = host.written();
  for (auto round : state) {
    for (const auto &[publisher, message] : publishers) {
      for (int64_t i = 0; i < messages; ++i) say(host, publisher, message);
    }
    host.end_round();
  }
  const int64_t delivered =
      state.iterations() * static_cast<int64_t>(publishers.size()) * messages * copies;
  if (host.written() - before < static_cast<uint64_t>(delivered) * data_size) {
    state.SkipWithError("events are missing");
  }
  state.SetItemsProcessed(delivered);
}

void publish(benchmark::State &state, std::string_view topic, std::string_view members) {
  HostFixture host;
  const auto subscribers = static_cast<size_t>(state.range(0));
  const auto sessions = host.open(host.load("plugins/websocket.so"), subscribers + 1);
  for (size_t i = 0; i < subscribers; ++i) say(host, sessions[i], subscribe_to(topic));
  host.end_round();
  rounds_of(state, host, {{sessions.back(), publish_to(topic, members)}}, state.range(1),
            state.range(0));
  host.close(sessions);
}

// Each pair has its own topic. What is under way in a round decides what stays in the caches.
void event_in_pairs(benchmark::State &state) {
  HostFixture host;
  const auto pairs = static_cast<size_t>(state.range(0));
  const auto sessions = host.open(host.load("plugins/websocket.so"), 2 * pairs);
  std::vector<std::pair<slipring_session, std::string>> publishers;
  for (size_t i = 0; i < pairs; ++i) {
    const std::string topic = "bench/topic/" + std::to_string(i);
    say(host, sessions[i], subscribe_to(topic));
    publishers.emplace_back(sessions[pairs + i], publish_to(topic));
  }
  host.end_round();
  rounds_of(state, host, publishers, state.range(1), 1);
  host.close(sessions);
}

void event(benchmark::State &state) {
  publish(state, "bench/topic", "");
}

void event_acknowledged(benchmark::State &state) {
  publish(state, "bench/topic", R"("id":1,)");
}

void event_of_stream(benchmark::State &state) {
  publish(state, "kept/topic", "");
}

BENCHMARK(event)
    ->ArgNames({"subscribers", "messages"})
    ->Args({1, 1})
    ->Args({1, 64})
    ->Args({1000, 64});
BENCHMARK(event_acknowledged)->ArgNames({"subscribers", "messages"})->Args({1, 64});
BENCHMARK(event_in_pairs)->ArgNames({"pairs", "messages"})->Args({200, 1})->Args({200, 64});
BENCHMARK(event_of_stream)->ArgNames({"subscribers", "messages"})->Args({1, 64});

}  // namespace
}  // namespace slipring::bench
