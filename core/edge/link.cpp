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
           shard::ShardSet &shards, std::vector<std::unique_ptr<session::ShardSessions>> &sessions)
    : Dialled(settings.name),
      number_(number),
      settings_(std::move(settings)),
      transport_(transport),
      shards_(shards),
      shard_(shards.at(shard_of(settings_.name, shards.size()))),
      sessions_(*sessions[shard_.index()]),
      host_(transport.services(), transport.manifest().name, transport.manifest().version,
            shard_.index(), shard_.count()),
      loop_(shard_, transport.id()),
      timer_(shard_.loop()),
      attempts_(transport.services().counters.counter("link_attempts_total")),
      connected_(transport.services().counters.counter("links_connected_total")),
      lost_(transport.services().counters.counter("links_lost_total")) {}

Link::~Link() = default;

asio::awaitable<void> Link::on_its_shard(shard::ShardSet::Work work) {
  shard::ShardSet::Work there = [this, &work](shard::Shard &shard, std::function<void()> done) {
    &shard == &shard_ ? work(shard, std::move(done)) : done();
  };
  co_await shards_.run_on_each(std::move(there));
}

asio::awaitable<Status> Link::start() {
  if (dial_table(transport_) == nullptr) {
    co_return Status::invalid("link " + name() + ": transport " + transport_.title() +
                              " accepts connections, but makes none");
  }
  Status status;
  co_await on_its_shard([&](shard::Shard &, const std::function<void()> &done) {
    status = create();
    if (status.is_ok()) dial();
    done();
  });
  co_return status;
}

Status Link::create() {
  StringWriter reason(reason_limit);
  const slipring_status code = plugin::guard(transport_, "create", [&] {
    return transport_.transport()->create(host_.abi(), loop_.abi(), to_bytes(settings_.settings),
                                          reason.abi(), &instance_);
  });
  if (code != SLIPRING_OK) {
    instance_ = nullptr;
    return {code, "transport " + transport_.title() + " of link " + name() + ": create answered " +
                      std::string(status_name(code)) +
                      (reason.text().empty() ? "" : ": " + reason.text())};
  }
  sessions_.add_transport(host_.abi(),
                          {transport_.message_transport(), transport_.http_transport(), instance_});
  return Status::ok();
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
  const slipring_status code = plugin::guard(transport_, "dial", [&] {
    return dial_table(transport_)->dial(instance_, &dial, reason.abi());
  });
  if (code == SLIPRING_OK) return;
  dial_later(reason.text().empty() ? std::string(status_name(code)) : reason.text());
}

void Link::dial_later(std::string why) {
  if (state_.phase() == LinkState::Phase::stopped) return;
  const std::string_view what =
      state_.phase() == LinkState::Phase::connected ? "link lost" : "link not reached";
  if (const auto held_back = transport_.services().burst.admit("link " + name())) {
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
  if (transport_.services().burst.admit("link up " + name())) {
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

asio::awaitable<void> Link::stop() {
  co_await on_its_shard([this](shard::Shard &, std::function<void()> done) {
    if (instance_ == nullptr) return done();
    auto *const finished = new std::function<void()>([this, done = std::move(done)] {
      // Destroyed in a later step: `stopped` may be called from inside `stop`.
      shard_.post([this, done] {
        destroy();
        done();
      });
    });
    plugin::guard_void(transport_, "stop", [&] {
      transport_.transport()->stop(
          instance_,
          [](void *user) {
            const std::unique_ptr<std::function<void()>> call(
                static_cast<std::function<void()> *>(user));
            (*call)();
          },
          finished);
    });
  });
}

void Link::destroy() {
  plugin::guard_void(transport_, "destroy", [&] { transport_.transport()->destroy(instance_); });
  instance_ = nullptr;
  sessions_.remove_transport(host_.abi());
}

}  // namespace slipring::edge
