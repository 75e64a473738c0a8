// The bus's share of one event on one shard: published, sequenced, matched, delivered. The receiver
// only counts; making and verifying the event is not in it. On an ephemeral topic: log_bench.cpp
// has the writing of streams.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bus/shard_bus.hpp"
#include "event/testing.hpp"

namespace slipring::bench {
namespace {

// Keeps the events for the next round: sequenced again, as nobody else has them any more.
class Subscribers : public bus::Receiver {
 public:
  explicit Subscribers(bus::ShardBus &bus) : port(bus, *this) {}

  void deliver(const event::EventRef &event, std::span<const bus::Match> matches,
               uint32_t) override {
    delivered += matches.size();
    events.push_back(event);
  }
  void missed(const bus::Missed &, std::span<const bus::Match>) override {}
  void subscribed(bus::Match, const bus::Origin &) override {}
  void published(uint64_t, const bus::Published &) override { ++published_count; }
  void refused(bus::Match, const Status &) override {}
  size_t capacity(bus::Match) override { return SIZE_MAX; }
  void room() override {}

  bus::Port port;
  std::vector<event::EventRef> events;
  uint64_t delivered = 0;
  uint64_t published_count = 0;
};

constexpr int64_t events_in_round = 32;

void run(benchmark::State &state, int64_t subscribers, std::string_view filter, int64_t topics) {
  bus::Network network(1, bus::Streams(1, {"#"}, {}), {}, {.wake = [](uint32_t) {}});
  observe::Counters counters;
  bus::ShardBus bus(0, network, counters);
  Subscribers receiver(bus);
  const std::vector<std::string> filters{std::string(filter)};
  for (int64_t i = 0; i < subscribers; ++i) {
    receiver.port.subscribe({nullptr, static_cast<uint32_t>(i)}, filters);
  }
  const auto drain = [&] {
    while (bus.drain()) {
    }
  };
  drain();
  for (int64_t i = 0; i < events_in_round; ++i) {
    const std::string topic = "game/" + std::to_string(i % topics) + "/move";
    receiver.events.push_back(event::testing::make({.topic = topic, .payload = "{\"x\":1}"}));
  }
  std::vector<event::EventRef> events;
  for (auto round : state) {
    events.swap(receiver.events);
    for (event::EventRef &event : events) receiver.port.publish({&event, 1}, 1);
    events.clear();
    drain();
  }
  const auto sent = static_cast<uint64_t>(state.iterations() * events_in_round);
  if (receiver.delivered != sent * static_cast<uint64_t>(subscribers) ||
      receiver.published_count != sent) {
    state.SkipWithError("events are missing");
  }
  state.SetItemsProcessed(static_cast<int64_t>(sent));
}

void bus_exact(benchmark::State &state) {
  run(state, state.range(0), "game/0/move", 1);
}

void bus_wildcard(benchmark::State &state) {
  run(state, state.range(0), "game/+/move", 1);
}

void bus_wildcard_many_topics(benchmark::State &state) {
  run(state, state.range(0), "game/#", events_in_round);
}

// A topic that is not remembered: the walk through the tree.
void filter_index_new_topics(benchmark::State &state) {
  bus::FilterIndex index;
  for (uint32_t i = 0; i < 10'000; ++i) {
    index.add("game/" + std::to_string(i) + (i % 2 == 0 ? "/move" : "/+"), {nullptr, i});
  }
  std::vector<std::string> topics;
  for (uint32_t i = 0; i < 10'000; ++i) topics.push_back("game/" + std::to_string(i) + "/move");
  size_t next = 0;
  for (auto one : state) {
    benchmark::DoNotOptimize(index.match(topics[next]));
    next = (next + 1) % topics.size();
  }
  state.SetItemsProcessed(state.iterations());
}

void filter_index_remembered(benchmark::State &state) {
  bus::FilterIndex index;
  for (uint32_t i = 0; i < state.range(0); ++i) index.add("game/+/move", {nullptr, i});
  for (auto one : state) benchmark::DoNotOptimize(index.match("game/42/move"));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(bus_exact)->ArgName("subscribers")->Arg(1)->Arg(1000);
BENCHMARK(bus_wildcard)->ArgName("subscribers")->Arg(1)->Arg(1000);
BENCHMARK(bus_wildcard_many_topics)->ArgName("subscribers")->Arg(1)->Arg(1000);
BENCHMARK(filter_index_remembered)->ArgName("subscribers")->Arg(1)->Arg(1000);
BENCHMARK(filter_index_new_topics);

}  // namespace
}  // namespace slipring::bench
