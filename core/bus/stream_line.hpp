// StreamLine: one stream as its writer sees it: what comes next, and what is being gathered.
//
// An event is staged: its conditions are checked and it gets its sequence. What is staged is
// committed together, or taken back together; so is the part of one publish that cannot be taken.
//
// Thread-safety: the writer's.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bus/known_ids.hpp"
#include "bus/topic_ends.hpp"
#include "event/position.hpp"
#include "stream/history.hpp"

namespace slipring::bus {

class StreamLine {
 public:
  // `known`: ids of before, oldest first.
  StreamLine(std::shared_ptr<stream::History> history, std::span<const stream::Known> known);

  stream::History &history() const { return *history_; }

  struct Staged {
    event::Position position;
    bool duplicate = false;  // nothing was staged: the position is of the first time
  };
  // FAILED_PRECONDITION: what its publisher expects is not so.
  Result<Staged> stage(event::EventRef event, int64_t now_ns);

  // How much is staged; to take back what came after that.
  struct Mark {
    size_t events = 0;
    size_t ids = 0;
  };
  Mark mark() const { return {events_.size(), ids_.size()}; }
  void take_back(Mark to);

  std::span<const event::EventRef> staged() const { return events_; }
  std::span<const stream::Known> staged_ids() const { return ids_; }

  // What is staged is as durable as it has to be: it is seen from now on, and nothing is staged any
  // more. The events are given to the caller.
  std::vector<event::EventRef> commit();

 private:
  Status check(const event::Event &event);
  Result<uint64_t> last_of(const event::Event &event);

  const std::shared_ptr<stream::History> history_;
  uint64_t committed_;  // the last sequence that is
  int64_t recorded_ns_;
  KnownIds known_;
  TopicEnds topics_;
  std::vector<event::EventRef> events_;
  std::vector<stream::Known> ids_;
};

}  // namespace slipring::bus
