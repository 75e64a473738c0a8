// Shard: one thread, one Asio loop, and the round that the loop runs in.
//
// A round waits for something to be ready, runs what is ready (bounded), then the end-of-round
// functions in the order they were added. Writing at the end of a round is what lets many messages
// share one system call.
//
// Thread-safety: post(), index() and count() from any thread; everything else on the shard's
// thread, or before start() and after join().
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <utility>

#include "shard/running.hpp"

namespace slipring::shard {

class Shard {
 public:
  Shard(uint32_t index, uint32_t count);
  ~Shard();
  Shard(const Shard &) = delete;
  Shard &operator=(const Shard &) = delete;

  uint32_t index() const { return index_; }
  // How many shards the host has.
  uint32_t count() const { return count_; }

  // The shard whose thread this is, or nullptr.
  static Shard *current();

  void start();
  // [any] Ends the loop after the current round. What was posted and has not run is dropped.
  void stop();
  void join();

  boost::asio::io_context &loop() { return loop_; }
  // What its thread is calling.
  const Running &running() const { return running_; }

  // [any] Runs `call` on the shard in a later step.
  template <class Call>
  void post(Call &&call) {
    boost::asio::post(loop_, std::forward<Call>(call));
  }

  // Runs `call` at the end of every round until removed.
  uint32_t add_round_end(std::function<void()> call);
  void remove_round_end(uint32_t key);

 private:
  void run();
  void run_round();

  const uint32_t index_;
  const uint32_t count_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::atomic<bool> stopping_ = false;
  Running running_;
  struct RoundEnd {
    uint32_t key;
    std::function<void()> call;
    bool removed;  // may be running: erased at the end of the round
  };
  std::deque<RoundEnd> round_ends_;  // keeps its place while one adds another
  uint32_t next_key_ = 1;
  std::thread thread_;
};

}  // namespace slipring::shard
