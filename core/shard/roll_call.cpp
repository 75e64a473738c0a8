#include "shard/roll_call.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace slipring::shard {

namespace asio = boost::asio;

// Touched on the control thread only.
struct RollCall::Call {
  Call(const asio::any_io_executor &control, size_t shards)
      : end(control), asked(shards), done(shards) {}

  asio::steady_timer end;
  std::vector<bool> asked;
  std::vector<bool> done;
  size_t left = 0;
  bool over = false;
};

RollCall::RollCall(ShardSet &shards) : shards_(shards), late_(shards.size()) {}

asio::awaitable<std::vector<bool>> RollCall::call(ShardSet::Work work,
                                                  std::chrono::nanoseconds at_most) {
  const asio::any_io_executor control = co_await asio::this_coro::executor;
  const auto call = std::make_shared<Call>(control, shards_.size());
  const auto shared_work = std::make_shared<const ShardSet::Work>(std::move(work));
  call->end.expires_after(at_most);
  for (uint32_t i = 0; i < shards_.size(); ++i) {
    if (late_[i] != 0) continue;
    call->asked[i] = true;
    ++call->left;
    const auto done = [this, i, call, control] {
      asio::post(control, [this, i, call] { arrive(*call, i); });
    };
    Shard *const shard = &shards_.at(i);
    shard->post([shard, shared_work, done] { (*shared_work)(*shard, done); });
  }
  if (call->left != 0) {
    boost::system::error_code ignored;
    co_await call->end.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  call->over = true;
  for (uint32_t i = 0; i < shards_.size(); ++i) {
    if (call->asked[i] && !call->done[i]) ++late_[i];
  }
  co_return call->done;
}

void RollCall::arrive(Call &call, uint32_t shard) {
  if (call.over) {
    --late_[shard];
    return;
  }
  call.done[shard] = true;
  if (--call.left == 0) call.end.cancel();
}

}  // namespace slipring::shard
