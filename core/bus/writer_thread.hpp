// WriterThread: the thread that sequences and writes the streams.
//
// Sleeps while nothing is asked. stop() serves what has been asked by then, and ends.
//
// Thread-safety: wake() any; the others by who owns it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "bus/stream_sequencer.hpp"

namespace slipring::bus {

class WriterThread {
 public:
  explicit WriterThread(StreamSequencer &sequencer) : sequencer_(sequencer) {}
  ~WriterThread() { stop(); }
  WriterThread(const WriterThread &) = delete;
  WriterThread &operator=(const WriterThread &) = delete;

  void start();
  void stop();
  void wake();

 private:
  void run();
  bool wait();

  StreamSequencer &sequencer_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slipring::bus
