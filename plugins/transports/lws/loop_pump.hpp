// A libuv loop nested in a shard's loop. libwebsockets runs on libuv, a shard on something else; so
// the shard watches the one descriptor that libuv waits with, and a timer stands for libuv's
// timers.
//
// The uv loop never runs by itself: `pump` runs what is ready in it and returns. What the library
// changes while the pump does not run (a write that did not fit, reading switched on) takes effect
// at the next pump: say `touch` then. Many touches cost one pump.
//
// Not thread-safe: made, used and destroyed on the shard.
#pragma once

#include <slipring/ext/loop.h>
#include <uv.h>

namespace slipring::websocket {

class LoopPump {
 public:
  // Throws sdk::Error.
  explicit LoopPump(const slipring_loop &loop);
  // REQUIRES: `drain` answered true, and what was posted before has run.
  ~LoopPump();
  LoopPump(const LoopPump &) = delete;
  LoopPump &operator=(const LoopPump &) = delete;

  uv_loop_t *uv() { return &uv_; }

  // Has the pump run once, soon. Never calls the library from inside this call.
  void touch();

  // Runs nothing more of the library before the round has ended and the host has written.
  void hold() { held_ = true; }

  // Runs the loop until nothing is left in it, or for a bounded number of rounds; answers whether
  // nothing is left. For the end, when every handle has been closed.
  bool drain();

 private:
  void pump();
  void round_ended();
  bool has_more() const;

  const slipring_loop &loop_;
  uv_loop_t uv_;
  int backend_ = -1;
  slipring_watch *watch_ = nullptr;
  slipring_timer *timer_ = nullptr;
  uint64_t due_ = 0;  // what the timer is set to, in libuv's milliseconds; 0: it is not set
  uint32_t round_end_ = 0;
  bool touched_ = false;
  bool held_ = false;
  bool pumping_ = false;
  bool posted_ = false;
};

}  // namespace slipring::websocket
