// OperatorFeed: events on their way from a shard to an operator who reads as fast as he can.
//
// Bounded: what the operator is too slow for waits in its stream, and is read from there when there
// is room; on ephemeral topics it is dropped as it comes (drop newest), and stands as a gap where
// it is missing. What is missing in a row is one gap, so gaps are bounded too: behind the last
// event that was taken there is at most one a stream.
//
// Thread-safety: as marked; both sides hold it by shared_ptr.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

#include "base/status.hpp"
#include "bus/receiver.hpp"

namespace slipring::host {

class OperatorFeed : public std::enable_shared_from_this<OperatorFeed> {
 public:
  struct Limits {
    size_t events = 16384;
    size_t bytes = size_t{8} << 20;  // one event alone always has room
  };
  // The subscription has begun; an event; some are missing; it could not begin.
  using Item = std::variant<bus::Origin, event::EventRef, bus::Missed, Status>;

  // `room`: [control] called when there is room again for one that found none.
  OperatorFeed(boost::asio::io_context &control, Limits limits, std::function<void()> room = {})
      : control_(control), signal_(control), limits_(limits), room_(std::move(room)) {}

  // [shard]
  void begin(const bus::Origin &origin);
  // False: there is no room for it, and it can be read later from its stream.
  bool put(const event::EventRef &event);
  // Bytes of events it takes now.
  size_t capacity();
  // The subscription could not begin.
  void refuse(const Status &why);
  void miss(const bus::Missed &missed);

  // [control] Some of what has come, in order; waits for the first. Empty: it has ended, and this
  // was all.
  boost::asio::awaitable<std::vector<Item>> take();
  // [control] Nothing more is waited for.
  void end();

 private:
  void add(Item item, size_t bytes);
  void add_gap(const bus::Missed &missed);
  void wake();
  std::vector<Item> take_now();

  boost::asio::io_context &control_;
  boost::asio::steady_timer signal_;  // [control] cancelled to wake take()
  bool ended_ = false;                // [control]
  const Limits limits_;
  const std::function<void()> room_;

  std::mutex mutex_;
  struct Entry {
    Item item;
    size_t bytes;
  };
  std::deque<Entry> entries_;
  std::vector<bus::Missed> gaps_;  // behind the last entry, one a stream
  size_t events_ = 0;              // among the entries
  size_t bytes_ = 0;
  bool room_wanted_ = false;
};

}  // namespace slipring::host
