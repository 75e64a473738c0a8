// Running: which function of which plugin a thread is in, for another thread to read.
//
// A thread writes its slot before it calls into a plugin and puts back what stood there when the
// call returns: calls nest, since a transport's callback calls the host, which calls an adapter.
// `count` changes at both ends. So whoever looks twice knows whether it is still the same call,
// and time is measured by the one who looks: the calls themselves read no clock and wait for
// nobody.
//
// What the host does inside a plugin's call counts as that call.
//
// Thread-safety: a slot is written by the thread it is bound to; sample() is for any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace slipring::shard {

class alignas(64) Running {
 public:
  struct Sample {
    uint64_t count = 0;
    uint64_t rounds = 0;
    uint64_t generation = 0;  // 0: no plugin is being called
    const char *function = nullptr;
  };

  // While it lives the slot is that of the thread that made it.
  class Bind {
   public:
    explicit Bind(Running &slot);
    ~Bind();
    Bind(const Bind &) = delete;
    Bind &operator=(const Bind &) = delete;

   private:
    Running *const before_;
  };

  // A call under way on this thread. `function` is a literal.
  class Call {
   public:
    Call(uint64_t generation, const char *function);
    ~Call() { slot_.set(generation_, function_); }
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;

   private:
    Running &slot_;
    const uint64_t generation_;  // the outer call's
    const char *const function_;
  };

  // The end of a round of a shard's loop.
  void end_round() { step(rounds_); }

  // The fields may belong to two calls when the thread is between them; they do not when `count` is
  // still the same in a later sample.
  Sample sample() const {
    return {count_.load(std::memory_order_acquire), rounds_.load(std::memory_order_relaxed),
            generation_.load(std::memory_order_relaxed), function_.load(std::memory_order_relaxed)};
  }

 private:
  static Running &here();

  void set(uint64_t generation, const char *function) {
    generation_.store(generation, std::memory_order_relaxed);
    function_.store(function, std::memory_order_relaxed);
    step(count_);
  }
  // One writer: no need of a read-modify-write.
  static void step(std::atomic<uint64_t> &number) {
    number.store(number.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  std::atomic<uint64_t> count_ = 0;
  std::atomic<uint64_t> rounds_ = 0;
  std::atomic<uint64_t> generation_ = 0;
  std::atomic<const char *> function_ = nullptr;
};

namespace detail {
inline constinit thread_local Running unbound;  // of threads that nobody looks at
inline constinit thread_local Running *bound = nullptr;
}  // namespace detail

inline Running &Running::here() {
  return detail::bound != nullptr ? *detail::bound : detail::unbound;
}

inline Running::Bind::Bind(Running &slot) : before_(std::exchange(detail::bound, &slot)) {}

inline Running::Bind::~Bind() {
  detail::bound = before_;
}

inline Running::Call::Call(uint64_t generation, const char *function)
    : slot_(here()),
      generation_(slot_.generation_.load(std::memory_order_relaxed)),
      function_(slot_.function_.load(std::memory_order_relaxed)) {
  slot_.set(generation, function);
}

}  // namespace slipring::shard
