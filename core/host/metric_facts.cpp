#include "host/metric_facts.hpp"

#include <algorithm>
#include <map>

#include "session/occupancy.hpp"

namespace slipring::host {

namespace asio = boost::asio;

namespace {

// What the shards say, each in a place of its own; a shard that is late writes it afterwards.
struct OfShards {
  OfShards(size_t shards, const HostParts &parts)
      : occupancy(shards), sessions(shards), carried(shards) {
    endpoints.reserve(parts.endpoints.size());
    for (const auto &endpoint : parts.endpoints) endpoints.push_back(endpoint.get());
    links.reserve(parts.links.size());
    for (const auto &link : parts.links) links.push_back(link.get());
    connected.resize(links.size());
    for (const upgrade::Held *held : parts.upgrader.catalog().all()) {
      if (held->generation->transport() != nullptr) transports.push_back(held->generation->id());
    }
  }

  void ask(uint32_t shard, const session::ShardSessions &its) {
    for (const uint64_t id : transports) carried[shard][id] = its.traffic_of(id).open;
    for (const edge::Endpoint *endpoint : endpoints) {
      sessions[shard].push_back(endpoint->sessions_on(shard));
    }
    for (size_t i = 0; i < links.size(); ++i) {
      if (links[i]->shard() != shard) continue;
      connected[i] = links[i]->state().phase() == edge::LinkState::Phase::connected ? 1 : 0;
    }
  }

  std::vector<const edge::Endpoint *> endpoints;
  std::vector<const edge::Link *> links;
  std::vector<session::Occupancy> occupancy;          // by shard
  std::vector<std::vector<uint64_t>> sessions;        // by shard and endpoint
  std::vector<char> connected;                        // by link
  std::vector<uint64_t> transports;                   // their generations
  std::vector<std::map<uint64_t, uint64_t>> carried;  // by shard: sessions through each of them
};

void add_answers(const OfShards &found, const std::vector<bool> &answered,
                 admin::MetricFacts &facts) {
  const bool all = std::ranges::all_of(answered, [](bool done) { return done; });
  for (size_t i = 0; i < answered.size(); ++i) {
    facts.shards.push_back(answered[i] ? std::optional(found.occupancy[i]) : std::nullopt);
  }
  for (size_t i = 0; i < found.endpoints.size(); ++i) {
    const edge::Endpoint &endpoint = *found.endpoints[i];
    std::optional<uint64_t> sessions;
    if (all) {
      sessions = 0;
      for (const auto &of_shard : found.sessions) *sessions += of_shard[i];
    }
    facts.endpoints.push_back(
        {endpoint.settings().name, endpoint.settings().transport, endpoint.accepted(), sessions});
  }
  for (size_t i = 0; i < found.links.size(); ++i) {
    const edge::Link &link = *found.links[i];
    const bool known = answered[link.shard()];
    facts.links.push_back(
        {link.settings().name, known ? std::optional(found.connected[i] != 0) : std::nullopt});
  }
}

void add_plugins(upgrade::Upgrader &upgrader, const OfShards &found,
                 const std::vector<bool> &answered, admin::MetricFacts &facts) {
  for (const upgrade::Held *held : upgrader.catalog().all()) {
    const plugin::Generation &generation = *held->generation;
    const plugin::Manifest &manifest = generation.manifest();
    uint64_t sessions = generation.sessions();
    for (size_t i = 0; i < answered.size(); ++i) {
      const auto through = found.carried[i].find(generation.id());
      if (answered[i] && through != found.carried[i].end()) sessions += through->second;
    }
    facts.plugins.push_back({manifest.name, manifest.version, generation.source().build_id,
                             std::string(kind_name(manifest.kind)),
                             std::string(state_name(held->state)), generation.id(), sessions,
                             generation.counts()});
  }
  for (const auto &[plugin, canary] : upgrader.canaries()) {
    facts.canaries.emplace_back(plugin, canary.settings.share);
  }
}

void add_streams(const HostParts &parts, admin::MetricFacts &facts) {
  for (const auto &history : parts.streams.all()) {
    uint64_t bytes = history->ring_bytes();
    uint64_t events = history->events();
    if (history->durable()) {
      const auto state = parts.log->find(history->name()).value_or(stream::StreamState());
      bytes = state.bytes;
      events = state.events;
    }
    facts.streams.push_back(
        {history->name(), history->first(), history->last(), events, bytes, history->ring_bytes()});
  }
}

}  // namespace

asio::awaitable<admin::MetricFacts> gather_metrics(const HostParts &parts,
                                                   shard::RollCall &roll_call,
                                                   std::chrono::nanoseconds at_most) {
  const auto found = std::make_shared<OfShards>(parts.shards.size(), parts);
  shard::ShardSet::Work work = [found, &sessions = parts.sessions](
                                   shard::Shard &shard, const std::function<void()> &done) {
    const uint32_t index = shard.index();
    found->ask(index, *sessions[index]);
    count_occupancy(shard, *sessions[index],
                    [found, index, done](const session::Occupancy &occupancy) {
                      found->occupancy[index] = occupancy;
                      done();
                    });
  };
  const std::vector<bool> answered = co_await roll_call.call(std::move(work), at_most);

  admin::MetricFacts facts;
  add_answers(*found, answered, facts);
  add_plugins(parts.upgrader, *found, answered, facts);
  add_streams(parts, facts);
  facts.version = parts.version;
  facts.process = observe::process_facts();
  facts.counters = parts.counters.samples();
  facts.upgrades = parts.upgrader.totals();
  co_return facts;
}

}  // namespace slipring::host
