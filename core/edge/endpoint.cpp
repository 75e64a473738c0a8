#include "edge/endpoint.hpp"

#include "base/bytes.hpp"

namespace slipring::edge {

namespace asio = boost::asio;

namespace {
constexpr uint32_t accepting_shard = 0;
}  // namespace

Endpoint::Endpoint(uint32_t index, EndpointSettings settings, plugin::Generation &transport,
                   shard::ShardSet &shards, AllSessions &sessions)
    : index_(index),
      settings_(std::move(settings)),
      first_transport_(transport),
      shards_(shards),
      seat_({.whose = "endpoint " + settings_.name,
             .transport = settings_.transport,
             .settings = settings_.settings,
             .shard = {}},
            shards, sessions),
      listener_(shards.at(accepting_shard), transport.services().burst,
                [this](int fd, std::string peer) { hand_round(fd, std::move(peer)); }) {}

Endpoint::~Endpoint() = default;

Status Endpoint::open() {
  const auto address = parse_listen_address(settings_.listen);
  if (!address) return address.status();
  return listener_.open(*address);
}

asio::awaitable<Status> Endpoint::start() {
  if (Status status = co_await seat_.prepare(first_transport_); !status.is_ok()) co_return status;
  co_await seat_.hand_over();
  shards_.at(accepting_shard).post([this] { listener_.start(); });
  co_return Status::ok();
}

void Endpoint::hand_round(int fd, std::string peer) {
  const uint32_t target = next_shard_;
  next_shard_ = (next_shard_ + 1) % shards_.size();
  auto adopt = [this, fd, target, peer = std::move(peer)] {
    seat_.current(target).adopt({sizeof(slipring_accepted), fd, index_, to_bytes(peer)});
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

}  // namespace slipring::edge
