// StreamSequencer: the home of all streams: where their log is written.
//
// A publish is checked and gets its sequence; all that has gathered is written in one group, synced
// when a stream in it asks for that; then it is sent to the shards and acknowledged. So nobody sees
// an event before it is as durable as its stream asks, and a group costs one write however many are
// in it: while one is being written the next one gathers.
//
// When a group cannot be written it is refused, and its sequences are given again: nobody has seen
// them.
//
// Thread-safety: the writer's thread; while it does not run, any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "bus/dispatch.hpp"
#include "bus/stream_line.hpp"
#include "observe/counters.hpp"

namespace slipring::bus {

class StreamSequencer {
 public:
  // `log`: of the streams that have one, or null. All outlive it. Counts events_sequenced_total,
  // events_missed_total, publishes_deduplicated_total, log_groups_total, log_errors_total.
  StreamSequencer(Network &network, stream::Log *log, observe::Counters &counters);
  StreamSequencer(const StreamSequencer &) = delete;
  StreamSequencer &operator=(const StreamSequencer &) = delete;

  // Does what was asked; bounded. True when more is left.
  bool drain();

  // [any] Has the writer do something between two groups.
  void post(std::function<void()> work);

  // Removes what a stream has up to a sequence.
  Status purge(stream::History &history, uint64_t through);

  // Once a second or so: retention, recovery of a log that could not be written, new epochs of
  // streams in which a loss was found.
  void tick();

 private:
  // A publish whose events are staged or refused.
  struct Asked {
    uint32_t shard;
    Request *request;
  };
  // A want or unwant: between the events that were staged before and those that came after it.
  struct Turn {
    uint32_t shard;
    Request *request;
    std::vector<size_t> staged;  // of each line
  };
  // What a line has committed, and how much of it has been sent.
  struct Committed {
    std::vector<event::EventRef> events;
    size_t sent = 0;
  };

  void do_posted();
  bool gather();
  void take(uint32_t shard, Request &request);
  void turn(uint32_t shard, Request &request);
  void take_turn(uint32_t shard, Request &request);
  void stage(Request &request);
  void commit();
  Status write();
  void refuse_durable(const Status &why);
  void send();
  void send(size_t line, size_t end);
  void begin_epochs();
  StreamLine &line(uint32_t stream);

  Network &network_;
  stream::Log *const log_;
  Wakes wakes_;
  Dispatch dispatch_;
  std::vector<StreamLine> lines_;
  std::vector<Asked> asked_;
  std::vector<Turn> turns_;
  std::vector<Committed> committed_;     // by line
  std::vector<StreamLine::Mark> marks_;  // kept for its memory
  uint32_t first_ = 0;                   // the shard whose requests are taken first
  int64_t now_ns_ = 0;
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;

  observe::Counter &sequenced_total_;
  observe::Counter &missed_total_;
  observe::Counter &deduplicated_total_;
  observe::Counter &groups_total_;
  observe::Counter &errors_total_;
};

}  // namespace slipring::bus
