#include "bus/writer_thread.hpp"

#include <pthread.h>

#include <chrono>
#include <csignal>

namespace slipring::bus {

namespace {
constexpr auto tick = std::chrono::seconds(1);
}

void WriterThread::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "log-writer");
}

void WriterThread::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void WriterThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  woken_.notify_one();
}

void WriterThread::run() {
  // Signals belong to the control thread.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);

  auto next_tick = std::chrono::steady_clock::now() + tick;
  for (bool running = true; running;) {
    const bool more = sequencer_.drain();
    if (const auto now = std::chrono::steady_clock::now(); now >= next_tick) {
      sequencer_.tick();
      next_tick = now + tick;
    }
    if (!more) running = wait();
  }
  while (sequencer_.drain()) {
  }
}

// False: it is to end.
bool WriterThread::wait() {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, tick, [&] { return wanted_ || stopping_; });
  wanted_ = false;
  return !stopping_;
}

}  // namespace slipring::bus
