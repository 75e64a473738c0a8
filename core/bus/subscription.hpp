// Subscription: one of a port's, and where it stands in each stream.
//
// In a stream it is level, and gets what comes through the FIFO, or it has a Course: it reads on by
// itself, from the ring or the log, until it has come to where the shard stands. A subscription
// that begins in the past, that could not take an event, or whose shard missed some has a course.
//
// Thread-safety: its shard.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bus/receiver.hpp"
#include "bus/start.hpp"
#include "bus/wants.hpp"
#include "stream/history.hpp"

namespace slipring::bus {

class Port;

struct Course {
  stream::History *history = nullptr;
  uint64_t next = 0;  // all before it is done with
  // Read and not delivered yet, in order, and how far that reaches.
  std::deque<std::variant<event::EventRef, stream::Lost>> ready;
  uint64_t ready_through = 0;
  uint32_t flags = 0;    // of what is ready
  bool placing = false;  // where it begins is being found out
  bool reading = false;  // a reader thread is at it
  bool held = false;     // the receiver could take no more; until it says so
  bool refused = false;  // nor what it was just offered
  bool ahead = false;    // it begins behind what the shard has got: it waits for that
};

struct Subscription {
  Port *port = nullptr;  // null: it was taken back
  Match who;
  std::vector<std::string> filters;
  Start start;
  std::vector<Use *> uses;
  uint32_t unanswered = 0;  // uses
  bool active = false;      // all are answered
  // One for each stream it reaches: behind which it began, and where the shard stood then.
  std::vector<event::Position> begins;
  std::vector<event::Position> activated;
  std::vector<std::unique_ptr<Course>> courses;
  bool told = false;               // `subscribed` has been called; so it gets what comes
  bool listed = false;             // by CatchUp
  std::vector<Missed> begin_gaps;  // what its start asked for and is not there

  Course *course(uint32_t stream) const;
  bool wants(std::string_view topic) const;
};

}  // namespace slipring::bus
