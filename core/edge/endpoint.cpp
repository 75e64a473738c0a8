#include "edge/endpoint.hpp"

#include <slipring/ext/drain.h>
#include <slipring/ext/reload.h>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"

namespace slipring::edge {

namespace asio = boost::asio;

namespace {
constexpr uint32_t accepting_shard = 0;
constexpr size_t reason_limit = 1000;
}  // namespace

// The transport's instance of one shard, touched on that shard only.
struct Endpoint::OnShard {
  OnShard(plugin::Generation &transport, shard::Shard &shard)
      : host(transport.services(), transport.manifest().name, transport.manifest().version,
             shard.index(), shard.count()),
        loop(shard, transport.id()) {}

  plugin::HostTable host;
  shard::LoopExtension loop;
  void *instance = nullptr;
};

Endpoint::Endpoint(uint32_t index, EndpointSettings settings, plugin::Generation &transport,
                   shard::ShardSet &shards, AllSessions &sessions)
    : index_(index),
      settings_(std::move(settings)),
      transport_(transport),
      shards_(shards),
      sessions_(sessions),
      listener_(shards.at(accepting_shard), transport.services().burst,
                [this](int fd, std::string peer) { hand_over(fd, std::move(peer)); }) {
  for (uint32_t i = 0; i < shards.size(); ++i) {
    on_shards_.push_back(std::make_unique<OnShard>(transport, shards.at(i)));
  }
}

Endpoint::~Endpoint() = default;

Status Endpoint::open() {
  const auto address = parse_listen_address(settings_.listen);
  if (!address) return address.status();
  return listener_.open(*address);
}

asio::awaitable<Status> Endpoint::start() {
  std::mutex mutex;
  Status first_failure;
  std::function<void(shard::Shard &)> create = [&](shard::Shard &shard) {
    Status status = create_on(shard);
    const std::lock_guard lock(mutex);
    if (!status.is_ok() && first_failure.is_ok()) first_failure = std::move(status);
  };
  co_await shards_.run_on_each(std::move(create));
  if (!first_failure.is_ok()) co_return first_failure;
  shards_.at(accepting_shard).post([this] { listener_.start(); });
  co_return Status::ok();
}

Status Endpoint::create_on(shard::Shard &shard) {
  OnShard &mine = *on_shards_[shard.index()];
  StringWriter reason(reason_limit);
  const slipring_status code = plugin::guard(transport_, "create", [&] {
    return transport_.transport()->create(mine.host.abi(), mine.loop.abi(),
                                          to_bytes(settings_.settings), reason.abi(),
                                          &mine.instance);
  });
  if (code != SLIPRING_OK) {
    mine.instance = nullptr;
    return {code, "transport " + transport_.title() + " on endpoint " + settings_.name +
                      ": create answered " + std::string(status_name(code)) +
                      (reason.text().empty() ? "" : ": " + reason.text())};
  }
  sessions_[shard.index()]->add_transport(
      mine.host.abi(), {transport_.message_transport(), transport_.http_transport(), mine.instance,
                        transport_.id()});
  return Status::ok();
}

uint64_t Endpoint::sessions_on(uint32_t shard) const {
  return sessions_[shard]->sessions_of(on_shards_[shard]->host.abi());
}

void Endpoint::hand_over(int fd, std::string peer) {
  const uint32_t target = next_shard_;
  next_shard_ = (next_shard_ + 1) % shards_.size();
  auto adopt = [this, fd, target, peer = std::move(peer)] {
    const slipring_accepted accepted{sizeof(slipring_accepted), fd, index_, to_bytes(peer)};
    plugin::guard_void(transport_, "adopt", [&] {
      transport_.transport()->adopt(on_shards_[target]->instance, &accepted);
    });
  };
  if (target == accepting_shard) {
    adopt();
  } else {
    shards_.at(target).post(std::move(adopt));
  }
}

asio::awaitable<void> Endpoint::stop_accepting() {
  std::function<void(shard::Shard &)> stop = [this](shard::Shard &shard) {
    if (shard.index() == accepting_shard) listener_.stop();
  };
  // Every shard, so that sockets already handed round have been adopted when this returns.
  co_await shards_.run_on_each(std::move(stop));
}

asio::awaitable<void> Endpoint::drain() {
  const auto *const table = extension<slipring_transport_drain>(SLIPRING_TRANSPORT_DRAIN);
  if (table == nullptr) co_return;
  draining_ = shards_.size();
  std::function<void(shard::Shard &)> drain = [this, table](shard::Shard &shard) {
    void *const instance = on_shards_[shard.index()]->instance;
    if (instance == nullptr) {
      --draining_;
      return;
    }
    plugin::guard_void(transport_, "drain", [&] {
      table->drain(
          instance, [](void *self) { --static_cast<Endpoint *>(self)->draining_; }, this);
    });
  };
  co_await shards_.run_on_each(std::move(drain));
}

asio::awaitable<Result<std::string>> Endpoint::reload() {
  const auto *const table = extension<slipring_transport_reload>(SLIPRING_TRANSPORT_RELOAD);
  if (table == nullptr) co_return std::string();
  std::mutex mutex;
  Status failure;
  std::string report;
  std::function<void(shard::Shard &)> reload = [&](shard::Shard &shard) {
    void *const instance = on_shards_[shard.index()]->instance;
    StringWriter line(reason_limit);
    const slipring_status code =
        plugin::guard(transport_, "reload", [&] { return table->reload(instance, line.abi()); });
    const std::lock_guard lock(mutex);
    if (code == SLIPRING_OK) {
      report = line.text();
    } else if (failure.is_ok()) {
      failure = Status(code, line.text());
    }
  };
  co_await shards_.run_on_each(std::move(reload));
  if (!failure.is_ok()) co_return failure;
  co_return report;
}

template <class Table>
const Table *Endpoint::extension(const char *id) const {
  return static_cast<const Table *>(transport_.transport()->get_extension(id));
}

asio::awaitable<void> Endpoint::stop() {
  shard::ShardSet::Work stop = [this](shard::Shard &shard, std::function<void()> done) {
    OnShard &mine = *on_shards_[shard.index()];
    if (mine.instance == nullptr) return done();
    auto *const finished = new std::function<void()>([this, &mine, &shard, done = std::move(done)] {
      // Destroyed in a later step: `stopped` may be called from inside `stop`.
      shard.post([this, &mine, &shard, done] {
        plugin::guard_void(transport_, "destroy",
                           [&] { transport_.transport()->destroy(mine.instance); });
        mine.instance = nullptr;
        sessions_[shard.index()]->remove_transport(mine.host.abi());
        done();
      });
    });
    plugin::guard_void(transport_, "stop", [&] {
      transport_.transport()->stop(
          mine.instance,
          [](void *user) {
            const std::unique_ptr<std::function<void()>> call(
                static_cast<std::function<void()> *>(user));
            (*call)();
          },
          finished);
    });
  };
  co_await shards_.run_on_each(std::move(stop));
}

}  // namespace slipring::edge
