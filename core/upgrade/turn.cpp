#include "upgrade/turn.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace slipring::upgrade {

namespace asio = boost::asio;

asio::awaitable<Turn::Guard> Turn::take() {
  if (taken_) {
    const auto executor = co_await asio::this_coro::executor;
    auto wake =
        std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    waiting_.push_back(wake);
    boost::system::error_code woken;
    co_await wake->async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  taken_ = true;
  co_return Guard(*this);
}

// The turn stays taken while it is handed to the one woken, so that nobody slips in between.
void Turn::pass_on() {
  if (waiting_.empty()) {
    taken_ = false;
    return;
  }
  const auto next = waiting_.front();
  waiting_.pop_front();
  next->cancel();
}

}  // namespace slipring::upgrade
