#include "shard/shard_set.hpp"

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace slipring::shard {

ShardSet::ShardSet(uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) shards_.push_back(std::make_unique<Shard>(i, count));
}

void ShardSet::start() {
  for (const auto &shard : shards_) shard->start();
}

void ShardSet::stop_and_join() {
  for (const auto &shard : shards_) shard->stop();
  for (const auto &shard : shards_) shard->join();
}

boost::asio::awaitable<void> ShardSet::run_on_each(Work work) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto start = [this, &work, &executor](auto handler) {
    using Handler = decltype(handler);
    struct Waiting {
      Waiting(uint32_t count, Handler resume, const boost::asio::any_io_executor &executor)
          : shards(count), handler(std::move(resume)), alive(executor) {}
      std::atomic<uint32_t> shards;
      Handler handler;
      boost::asio::executor_work_guard<boost::asio::any_io_executor> alive;
    };
    auto waiting = std::make_shared<Waiting>(size(), std::move(handler), executor);
    auto shared_work = std::make_shared<Work>(std::move(work));
    const auto done = [waiting] {
      if (waiting->shards.fetch_sub(1) != 1) return;
      boost::asio::post(waiting->alive.get_executor(),
                        [waiting] { std::move(waiting->handler)(); });
    };
    for (const auto &shard : shards_) {
      Shard *const target = shard.get();
      target->post([target, shared_work, done] { (*shared_work)(*target, done); });
    }
  };
  co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void()>(
      std::move(start), boost::asio::use_awaitable);
}

boost::asio::awaitable<void> ShardSet::run_on_each(std::function<void(Shard &)> work) {
  Work with_done = [work = std::move(work)](Shard &shard, const std::function<void()> &done) {
    work(shard);
    done();
  };
  co_await run_on_each(std::move(with_done));
}

}  // namespace slipring::shard
