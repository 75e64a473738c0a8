#include "edge/link.hpp"

#include <algorithm>
#include <functional>

#include "base/bytes.hpp"
#include "observe/log.hpp"
#include "plugin/guard.hpp"

namespace slipring::edge {

namespace asio = boost::asio;

namespace {

constexpr size_t reason_limit = 1000;

uint32_t shard_of(const std::string &name, uint32_t shards) {
  return static_cast<uint32_t>(std::hash<std::string>{}(name) % shards);
}

const slipring_dial_transport *dial_table(const plugin::Generation &transport) {
  return static_cast<const slipring_dial_transport *>(
      transport.transport()->get_extension(SLIPRING_DIAL));
}

}  // namespace

Link::Link(uint32_t number, LinkSettings settings, plugin::Generation &transport,
           shard::ShardSet &shards, AllSessions &sessions)
    : Dialled(settings.name),
      number_(number),
      settings_(std::move(settings)),
      first_transport_(transport),
      services_(transport.services()),
      shards_(shards),
      shard_(shards.at(shard_of(settings_.name, shards.size()))),
      seat_({.whose = "link " + name(),
             .transport = settings_.transport,
             .settings = settings_.settings,
             .shard = shard_.index(),
             .needs = SLIPRING_DIAL,
             .lacks = "accepts connections, but makes none"},
            shards, sessions),
      timer_(shard_.loop()),
      attempts_(services_.counters.counter("link_attempts_total")),
      connected_(services_.counters.counter("links_connected_total")),
      lost_(services_.counters.counter("links_lost_total")) {
  seat_.on_stopped([this](const TransportInstance &instance) { instance_stopped(instance); });
}

Link::~Link() = default;

asio::awaitable<void> Link::on_its_shard(shard::ShardSet::Work work) {
  shard::ShardSet::Work there = [this, &work](shard::Shard &shard, std::function<void()> done) {
    &shard == &shard_ ? work(shard, std::move(done)) : done();
  };
  co_await shards_.run_on_each(std::move(there));
}

asio::awaitable<Status> Link::start() {
  if (Status status = co_await seat_.prepare(first_transport_); !status.is_ok()) co_return status;
  co_await seat_.hand_over();
  co_await on_its_shard([&](shard::Shard &, const std::function<void()> &done) {
    dial();
    done();
  });
  co_return Status::ok();
}

void Link::dial() {
  if (state_.phase() == LinkState::Phase::stopped) return;
  state_.dialling(LinkState::Clock::now());
  attempts_.add();
  const slipring_dial dial{sizeof dial,
                           number_,
                           0,
                           to_bytes(settings_.target),
                           to_bytes(settings_.subprotocol),
                           to_bytes(settings_.origin),
                           to_bytes(settings_.authorities)};
  StringWriter reason(reason_limit);
  const TransportInstance &instance = seat_.current(shard());
  dials_ = &instance;
  const slipring_status code = plugin::guard(instance.transport(), "dial", [&] {
    return dial_table(instance.transport())->dial(instance.raw(), &dial, reason.abi());
  });
  if (code == SLIPRING_OK) return;
  dial_later(reason.text().empty() ? std::string(status_name(code)) : reason.text());
}

// What it was still trying to reach, it will not.
void Link::instance_stopped(const TransportInstance &instance) {
  if (dials_ != &instance) return;
  dials_ = nullptr;
  if (state_.phase() == LinkState::Phase::dialling) dial_later("the transport was replaced");
}

void Link::dial_later(std::string why) {
  if (state_.phase() == LinkState::Phase::stopped) return;
  const std::string_view what =
      state_.phase() == LinkState::Phase::connected ? "link lost" : "link not reached";
  if (const auto held_back = services_.burst.admit("link " + name())) {
    observe::warn(
        what, {{"link", name()}, {"target", target()}, {"reason", why}, {"held_back", *held_back}});
  }
  const double random = std::uniform_real_distribution<double>(0, 1)(random_);
  timer_.expires_after(state_.failed(std::move(why), LinkState::Clock::now(), random));
  timer_.async_wait([this](const boost::system::error_code &error) {
    if (!error) dial();
  });
}

void Link::failed(std::string_view why) {
  if (state_.phase() == LinkState::Phase::dialling) dial_later(std::string(why));
}

void Link::began() {
  state_.connected(LinkState::Clock::now());
  connected_.add();
  if (services_.burst.admit("link up " + name())) {
    observe::info("link connected", {{"link", name()}, {"attempts", state_.attempts()}});
  }
}

void Link::ended(uint32_t, uint32_t code) {
  lost_.add();
  dial_later("closed with " + std::to_string(code));
}

asio::awaitable<void> Link::stop_dialling() {
  co_await on_its_shard([this](shard::Shard &, const std::function<void()> &done) {
    state_.stopped(LinkState::Clock::now());
    timer_.cancel();
    done();
  });
}

}  // namespace slipring::edge
