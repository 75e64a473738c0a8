#include "edge/goodbye.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <vector>

namespace slipring::edge {

namespace asio = boost::asio;

namespace {
constexpr auto interval = std::chrono::milliseconds(20);
}  // namespace

asio::awaitable<uint64_t> say_goodbye(asio::any_io_executor control, shard::ShardSet &shards,
                                      AllSessions &sessions, uint64_t generation,
                                      session::Dismissal::Which which, std::string reason,
                                      GoodbyePace pace) {
  std::vector<session::Dismissal> of_shards;
  of_shards.reserve(sessions.size());
  for (const auto &of_shard : sessions) of_shards.emplace_back(*of_shard, generation, which);
  const uint64_t at_once =
      std::max<uint64_t>(1, pace.told * interval.count() / 1000 / shards.size());
  const double milliseconds_each = 1000.0 / static_cast<double>(pace.back);
  std::atomic<uint64_t> told = 0;
  asio::steady_timer pause(control);
  for (std::atomic<bool> more = true; more;) {
    more = false;
    std::function<void(shard::Shard &)> end = [&](shard::Shard &shard) {
      const auto comeback = [&] {
        return static_cast<uint32_t>(milliseconds_each * static_cast<double>(++told));
      };
      if (of_shards[shard.index()].end_some(at_once, reason, comeback) == at_once) more = true;
    };
    co_await shards.run_on_each(std::move(end));
    if (!more) break;
    pause.expires_after(interval);
    co_await pause.async_wait(asio::use_awaitable);
  }
  co_return told.load();
}

}  // namespace slipring::edge
