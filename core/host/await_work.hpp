// await_work(): a coroutine of the control thread waits for work on another one.
//
// Thread-safety: `post` is called on the caller's thread, `work` wherever `post` has it run.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace slipring::host {

// Calls `start(done)`, and resumes with what `done` was called with, on any thread, once.
template <class Answer, class Start>
boost::asio::awaitable<Answer> await_answer(Start start) {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  auto initiate = [&start, &executor](auto handler) {
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    auto alive = asio::make_work_guard(executor);
    start([resume, alive](Answer answer) {
      asio::post(alive.get_executor(), [resume, answer = std::move(answer)]() mutable {
        std::move (*resume)(std::move(answer));
      });
    });
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(Answer)>(
      std::move(initiate), asio::use_awaitable);
}

// Has `post` run `work`, and resumes with its result.
template <class Answer>
boost::asio::awaitable<Answer> await_work(std::function<void(std::function<void()>)> post,
                                          std::function<Answer()> work) {
  auto start = [&post, &work](auto done) {
    post([work = std::move(work), done = std::move(done)] { done(work()); });
  };
  co_return co_await await_answer<Answer>(std::move(start));
}

}  // namespace slipring::host
