#include "shard/loop_extension.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

namespace asio = boost::asio;

namespace slipring::shard {
namespace {

const LoopExtension &extension_of(const slipring_loop *loop) {
  return *static_cast<const LoopExtension *>(loop->context);
}

Shard &shard_of(const slipring_loop *loop) {
  return extension_of(loop).shard();
}

}  // namespace
}  // namespace slipring::shard

// The handles are shared with the handlers in flight: ending one from inside its own callback is
// legal.
struct slipring_watch {
  struct State {
    State(asio::posix::stream_descriptor watched, uint64_t of, void (*call)(void *, uint32_t),
          void *with)
        : descriptor(std::move(watched)), generation(of), ready(call), user(with) {}
    asio::posix::stream_descriptor descriptor;
    const uint64_t generation;
    void (*ready)(void *user, uint32_t events);
    void *user;
    uint32_t waiting = 0;  // events with a wait in flight
    bool ended = false;
  };
  std::shared_ptr<State> state;
};

struct slipring_timer {
  struct State {
    State(asio::io_context &loop, uint64_t of, void (*call)(void *), void *with)
        : timer(loop), generation(of), due(call), user(with) {}
    asio::steady_timer timer;
    const uint64_t generation;
    void (*due)(void *user);
    void *user;
    uint64_t setting = 0;  // counts settings: a handler of an earlier one says nothing
  };
  std::shared_ptr<State> state;
};

namespace slipring::shard {
namespace {

slipring_watch *watch(const slipring_loop *loop, int fd, void (*ready)(void *, uint32_t),
                      void *user) {
  asio::posix::stream_descriptor descriptor(shard_of(loop).loop());
  boost::system::error_code error;
  descriptor.assign(fd, error);
  if (error) return nullptr;
  return new slipring_watch{std::make_shared<slipring_watch::State>(
      std::move(descriptor), extension_of(loop).generation(), ready, user)};
}

void wait_for(const std::shared_ptr<slipring_watch::State> &state, uint32_t event,
              asio::posix::descriptor_base::wait_type kind) {
  if ((state->waiting & event) != 0) return;
  state->waiting |= event;
  state->descriptor.async_wait(kind, [state, event](const boost::system::error_code &error) {
    state->waiting &= ~event;
    if (state->ended || error == asio::error::operation_aborted) return;
    const Running::Call running(state->generation, "ready");
    state->ready(state->user, event);
  });
}

void watch_wait(slipring_watch *watch, uint32_t events) {
  using Base = asio::posix::descriptor_base;
  if ((events & SLIPRING_READABLE) != 0) {
    wait_for(watch->state, SLIPRING_READABLE, Base::wait_read);
  }
  if ((events & SLIPRING_WRITABLE) != 0) {
    wait_for(watch->state, SLIPRING_WRITABLE, Base::wait_write);
  }
}

void watch_end(slipring_watch *watch) {
  watch->state->ended = true;
  watch->state->descriptor.release();
  delete watch;
}

slipring_timer *timer(const slipring_loop *loop, void (*due)(void *), void *user) {
  return new slipring_timer{std::make_shared<slipring_timer::State>(
      shard_of(loop).loop(), extension_of(loop).generation(), due, user)};
}

void timer_set(slipring_timer *timer, uint64_t nanoseconds) {
  const auto &state = timer->state;
  state->timer.expires_after(std::chrono::nanoseconds(nanoseconds));
  state->timer.async_wait(
      [state, setting = ++state->setting](const boost::system::error_code &error) {
        if (error || state->setting != setting) return;
        const Running::Call running(state->generation, "due");
        state->due(state->user);
      });
}

void timer_cancel(slipring_timer *timer) {
  ++timer->state->setting;
  timer->state->timer.cancel();
}

void timer_end(slipring_timer *timer) {
  timer_cancel(timer);
  delete timer;
}

void post(const slipring_loop *loop, void (*call)(void *), void *user) {
  shard_of(loop).post([generation = extension_of(loop).generation(), call, user] {
    const Running::Call running(generation, "post");
    call(user);
  });
}

uint32_t round_end_add(const slipring_loop *loop, void (*call)(void *), void *user) {
  return shard_of(loop).add_round_end([generation = extension_of(loop).generation(), call, user] {
    const Running::Call running(generation, "round_end");
    call(user);
  });
}

void round_end_remove(const slipring_loop *loop, uint32_t key) {
  shard_of(loop).remove_round_end(key);
}

}  // namespace

LoopExtension::LoopExtension(Shard &shard, uint64_t generation)
    : shard_(shard),
      generation_(generation),
      table_{.struct_size = sizeof(slipring_loop),
             .context = this,
             .shard = shard.index(),
             .shard_count = shard.count(),
             .watch = &watch,
             .watch_wait = &watch_wait,
             .watch_end = &watch_end,
             .timer = &timer,
             .timer_set = &timer_set,
             .timer_cancel = &timer_cancel,
             .timer_end = &timer_end,
             .post = &post,
             .round_end_add = &round_end_add,
             .round_end_remove = &round_end_remove} {}

}  // namespace slipring::shard
