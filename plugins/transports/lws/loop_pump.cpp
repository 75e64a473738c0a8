#include "loop_pump.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <slipring/cpp/status.hpp>
#include <utility>

namespace slipring::websocket {
namespace {

// Bounds one pump, so that a busy library leaves the rest of the shard its turn.
constexpr int rounds_per_pump = 4;
constexpr int rounds_to_drain = 64;

}  // namespace

LoopPump::LoopPump(const slipring_loop &loop) : loop_(loop) {
  if (uv_loop_init(&uv_) != 0) throw sdk::Error(SLIPRING_RESOURCE_EXHAUSTED, "no libuv loop");
  // A duplicate, because libuv and the shard's loop would each close the original.
  backend_ = fcntl(uv_backend_fd(&uv_), F_DUPFD_CLOEXEC, 0);
  const auto ready = [](void *self, uint32_t) {
    auto *pump = static_cast<LoopPump *>(self);
    pump->pump();
    pump->loop_.watch_wait(pump->watch_, SLIPRING_READABLE);
  };
  if (backend_ >= 0) watch_ = loop_.watch(&loop_, backend_, ready, this);
  if (watch_ == nullptr) {
    if (backend_ >= 0) ::close(backend_);
    uv_loop_close(&uv_);
    throw sdk::Error(SLIPRING_RESOURCE_EXHAUSTED, "libuv's descriptor cannot be watched");
  }
  timer_ = loop_.timer(
      &loop_,
      [](void *self) {
        auto *pump = static_cast<LoopPump *>(self);
        pump->due_ = 0;
        pump->pump();
      },
      this);
  round_end_ = loop_.round_end_add(
      &loop_, [](void *self) { static_cast<LoopPump *>(self)->round_ended(); }, this);
  loop_.watch_wait(watch_, SLIPRING_READABLE);
}

LoopPump::~LoopPump() {
  loop_.round_end_remove(&loop_, round_end_);
  loop_.timer_end(timer_);
  loop_.watch_end(watch_);
  ::close(backend_);
  uv_loop_close(&uv_);
}

void LoopPump::touch() {
  touched_ = true;
  if (posted_ || pumping_) return;
  posted_ = true;
  loop_.post(
      &loop_,
      [](void *self) {
        auto *pump = static_cast<LoopPump *>(self);
        pump->posted_ = false;
        pump->pump();
      },
      this);
}

bool LoopPump::drain() {
  for (int round = 0; round < rounds_to_drain && uv_loop_alive(&uv_); ++round) {
    uv_run(&uv_, UV_RUN_NOWAIT);
  }
  return !uv_loop_alive(&uv_);
}

void LoopPump::pump() {
  if (held_) return;
  pumping_ = true;
  int round = 0;
  do {
    touched_ = false;
    uv_run(&uv_, UV_RUN_NOWAIT);
  } while (has_more() && !held_ && ++round < rounds_per_pump);
  pumping_ = false;

  const int milliseconds = uv_backend_timeout(&uv_);
  if (has_more()) {
    touch();
  } else if (milliseconds > 0) {
    // The library's own timer is always armed: setting the same deadline anew would cost each pump.
    const uint64_t due = uv_now(&uv_) + static_cast<uint64_t>(milliseconds);
    if (std::exchange(due_, due) == due) return;
    loop_.timer_set(timer_, static_cast<uint64_t>(milliseconds) * 1'000'000);
  } else if (std::exchange(due_, 0) != 0) {
    loop_.timer_cancel(timer_);
  }
}

void LoopPump::round_ended() {
  if (!std::exchange(held_, false)) return;
  touch();
}

bool LoopPump::has_more() const {
  return touched_ || uv_backend_timeout(&uv_) == 0;
}

}  // namespace slipring::websocket
