#include "shard/shard.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>

namespace slipring::shard {

namespace {
thread_local Shard *current_shard = nullptr;

// Bounds a round, so that its end comes even when handlers keep making others ready.
constexpr int handlers_per_round = 256;
}  // namespace

Shard::Shard(uint32_t index, uint32_t count)
    : index_(index), count_(count), work_(boost::asio::make_work_guard(loop_)) {}

Shard::~Shard() {
  stop();
  join();
}

Shard *Shard::current() {
  return current_shard;
}

void Shard::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), ("shard-" + std::to_string(index_)).c_str());
}

void Shard::stop() {
  stopping_ = true;
  post([] {});
}

void Shard::join() {
  if (thread_.joinable()) thread_.join();
}

void Shard::run() {
  // Signals belong to the control thread.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);

  current_shard = this;
  const Running::Bind bind(running_);
  while (!stopping_.load(std::memory_order_relaxed)) run_round();
  current_shard = nullptr;
}

void Shard::run_round() {
  loop_.run_one();
  for (int i = 0; i < handlers_per_round && loop_.poll_one() != 0; ++i) {
  }
  // By index: a function may add or remove others while it runs.
  for (size_t i = 0; i < round_ends_.size(); ++i) {
    if (!round_ends_[i].removed) round_ends_[i].call();
  }
  std::erase_if(round_ends_, [](const RoundEnd &end) { return end.removed; });
  running_.end_round();
}

uint32_t Shard::add_round_end(std::function<void()> call) {
  round_ends_.push_back({next_key_, std::move(call), false});
  return next_key_++;
}

void Shard::remove_round_end(uint32_t key) {
  for (RoundEnd &end : round_ends_) {
    if (end.key == key) end.removed = true;
  }
}

}  // namespace slipring::shard
