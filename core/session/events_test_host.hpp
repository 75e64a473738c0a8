// Several shards with sessions, bus and events, all driven by the test's own thread, and two
// generations of the adapter of event_fakes.hpp.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "bus/stream_sequencer.hpp"
#include "bus/testing.hpp"
#include "session/event_extensions.hpp"
#include "session/event_fakes.hpp"
#include "session/message_extension.hpp"
#include "session/shard_events.hpp"
#include "shard/shard.hpp"

namespace slipring::session {

// The text of a position in the default stream of these tests.
inline std::string at(uint64_t sequence) {
  return "default@000000000000000e:" + std::to_string(sequence);
}

class EventsHost : public Chooser {
 public:
  ~EventsHost() override { stop(); }

 protected:
  struct Client {
    FakeConnection connection;
    slipring_session id = 0;
    uint32_t shard = 0;
    size_t seen = 0;
  };

  EventsHost() {
    event_fake::behaviour = {};
    add_message_extensions(services_.extensions);
    add_event_extensions(services_.extensions);
  }

  void begin(uint32_t shards, Limits limits = {}, bus::NetworkLimits network_limits = {},
             std::vector<std::string> ephemeral = {"e/#"},
             std::optional<Limits> limits_of_last = {}) {
    if (histories_.empty()) histories_.push_back(in_memory());
    network_ = std::make_unique<bus::Network>(
        shards, bus::Streams(shards, std::move(ephemeral), histories_), network_limits,
        bus::Network::Calls{.wake = [this](uint32_t) { woken_ = true; },
                            .now_ns = [this] { return unix_ns_; },
                            .read =
                                [this](std::function<void()> work) {
                                  hold_reads_ ? reads_.push_back(std::move(work)) : work();
                                }});
    writer_ = std::make_unique<bus::StreamSequencer>(*network_, log_, services_.counters);
    for (uint32_t i = 0; i < shards; ++i) {
      if (i + 1 == shards && limits_of_last) limits = *limits_of_last;
      loops_.push_back(std::make_unique<shard::Shard>(i, shards));
      sessions_.push_back(std::make_unique<ShardSessions>(i, limits, *this, services_.counters));
      buses_.push_back(std::make_unique<bus::ShardBus>(i, *network_, services_.counters));
      events_.push_back(
          std::make_unique<ShardEvents>(*sessions_[i], *buses_[i], *network_, services_.counters));
      sessions_[i]->add_transport(&transport_, {FakeConnection::calls(), nullptr});
    }
    for (uint64_t id = 1; id <= 2; ++id) generations_.push_back(make_generation(id, shards));
  }

  // All there is goes at once, as when the program ends; begin() may follow.
  void stop() {
    for (Client &client : clients_) leave(client);
    clients_.clear();
    reads_.clear();
    events_.clear();
    buses_.clear();
    sessions_.clear();
    writer_.reset();
    network_.reset();
    generations_.clear();
    loops_.clear();
  }

  static std::shared_ptr<stream::History> in_memory(
      stream::Settings settings = bus::testing::in_memory("default", {"#"}), uint32_t number = 1,
      uint64_t epoch = 0xe) {
    return std::make_shared<stream::History>(std::move(settings), number, epoch);
  }

  Result<Choice> choose_http(uint32_t, uint32_t, const slipring_http_request &) override {
    return Status(SLIPRING_NOT_FOUND, "nothing is mounted at this path");
  }
  Result<Choice> choose(uint32_t shard, uint32_t, const slipring_message_handshake &) override {
    return Choice{&generations_[serving_]->instance(shard),
                  std::make_shared<const std::string>("/lines"), ""};
  }

  // What follows happens on that shard.
  void on(uint32_t shard) {
    sessions_[shard]->bind_to_thread();
    events_[shard]->bind_to_thread();
  }

  Client &join(uint32_t shard = 0) {
    on(shard);
    Client &client = clients_.emplace_back();
    client.shard = shard;
    slipring_message_handshake handshake{};
    handshake.struct_size = sizeof(handshake);
    char subprotocol[8];
    size_t size = 0;
    StringWriter reason(100);
    EXPECT_EQ(sessions_[shard]->messages().open(&transport_, 0, &client.connection, handshake,
                                                client.id, subprotocol, size, *reason.abi()),
              SLIPRING_OK);
    return client;
  }

  // A client with a subscription that has been answered.
  Client &reader(std::string_view how, uint32_t shard = 0) {
    Client &client = join(shard);
    say(client, how);
    settle();
    heard(client);
    return client;
  }

  void leave(Client &client) {
    on(client.shard);
    sessions_[client.shard]->messages().closed(client.id, 1001);
  }

  void say(Client &client, std::string_view line) {
    on(client.shard);
    sessions_[client.shard]->messages().receive(client.id,
                                                {to_bytes(line), SLIPRING_MESSAGE_TEXT, 0, {}});
  }

  // A shard's end of a round, or the writer's.
  bool drain(uint32_t shard) {
    if (shard == network_->writer()) return writer_->drain();
    on(shard);
    const bool more = buses_[shard]->drain();
    events_[shard]->round_end(now_);
    return more || events_[shard]->has_more();
  }
  void flush(uint32_t shard) {
    on(shard);
    sessions_[shard]->flush(now_);
  }
  // Until nothing is under way.
  void settle() {
    do {
      woken_ = false;
      for (uint32_t home = 0; home < network_->homes(); ++home) {
        while (drain(home)) {
        }
        if (home != network_->writer()) flush(home);
      }
    } while (std::exchange(woken_, false) || any_has_more());
  }
  bool any_has_more() const {
    const auto has_more = [](const auto &each) { return each->has_more(); };
    return std::ranges::any_of(buses_, has_more) || std::ranges::any_of(events_, has_more);
  }

  // What the client has heard since it was asked last.
  std::vector<std::string> heard(Client &client) {
    const auto &all = client.connection.written;
    std::vector<std::string> news(all.begin() + static_cast<std::ptrdiff_t>(client.seen),
                                  all.end());
    client.seen = all.size();
    return news;
  }

  Session &session(const Client &client) {
    return *sessions_[client.shard]->table().find(client.id);
  }

  uint64_t counter(std::string_view name) { return services_.counters.counter(name).total(); }

  std::unique_ptr<plugin::Generation> make_generation(uint64_t id, uint32_t shards) {
    plugin::Manifest manifest;
    manifest.name = "lines";
    manifest.version = "1.0.0";
    manifest.state_schema = manifest.state_schema_oldest = 1;
    manifest.continuity = plugin::Continuity::handoff;
    manifest.profiles = {SLIPRING_PROFILE_MESSAGE};
    auto generation =
        std::move(plugin::Generation::attach(services_, id, manifest, event_fake::entry).value());
    EXPECT_TRUE(generation->create_instances(shards, "{}").is_ok());
    return generation;
  }

  plugin::HostServices services_;
  slipring_host transport_{};  // known by its address alone
  std::vector<std::unique_ptr<plugin::Generation>> generations_;
  size_t serving_ = 0;
  std::vector<std::unique_ptr<shard::Shard>> loops_;  // for what moves rest on
  bus::Histories histories_;  // a default stream in memory, when a test has none of its own
  stream::Log *log_ = nullptr;
  bool hold_reads_ = false;  // a test does `reads_` itself
  std::vector<std::function<void()>> reads_;
  bool woken_ = false;
  int64_t unix_ns_ = 1;
  std::unique_ptr<bus::Network> network_;
  std::unique_ptr<bus::StreamSequencer> writer_;
  std::vector<std::unique_ptr<ShardSessions>> sessions_;
  std::vector<std::unique_ptr<bus::ShardBus>> buses_;
  std::vector<std::unique_ptr<ShardEvents>> events_;
  std::deque<Client> clients_;
  Clock::time_point now_{std::chrono::seconds(1000)};
};

class EventsTestHost : public testing::Test, protected EventsHost {
 protected:
  void TearDown() override { stop(); }
};

}  // namespace slipring::session
