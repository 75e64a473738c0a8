// Listener: one listening socket of the host, accepted on one shard and handed round to all.
//
// Out of descriptors, it says so once per burst, pauses briefly and goes on; connections wait in
// the kernel's queue meanwhile.
//
// Thread-safety: open() on the control thread before start(); start() and stop() on the shard it
// was given; the rest from any thread.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "base/status.hpp"
#include "edge/address.hpp"
#include "observe/burst.hpp"
#include "shard/shard.hpp"

namespace slipring::edge {

class Listener {
 public:
  // Called on the listener's shard with a non-blocking, close-on-exec descriptor, now the callee's.
  using Accepted = std::function<void(int fd, std::string peer)>;

  Listener(shard::Shard &shard, observe::Burst &burst, Accepted accepted);

  Status open(const ListenAddress &address);
  void start();
  void stop();

  // The bound address, with the port the system chose when 0 was asked for.
  const std::string &address() const { return address_; }
  uint64_t accepted() const { return count_.load(std::memory_order_relaxed); }
  // False: not started, stopped, or out of descriptors just now.
  bool is_accepting() const { return accepting_.load(std::memory_order_relaxed); }

 private:
  void wait();
  void accept_some();
  void pause(const boost::system::error_code &error);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  observe::Burst &burst_;
  Accepted accepted_;
  std::string address_;
  std::atomic<uint64_t> count_ = 0;
  std::atomic<bool> accepting_ = false;
};

}  // namespace slipring::edge
