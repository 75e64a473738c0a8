// StreamReader: what one stream has, to its end, as lines of the control socket.
//
// It reads up to the last event that there was when it was made, a batch at a time.
//
// Thread-safety: one thread at a time; begin() and fill() wait for the disk.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "bus/start.hpp"
#include "host/event_lines.hpp"
#include "stream/history.hpp"

namespace slipring::host {

// {"name":{..}} and a line's end.
std::string said(std::string_view name, boost::json::object what);

class StreamReader {
 public:
  struct Line {
    uint64_t sequence;  // its last
    int64_t recorded_ns;
    bool is_event;  // else a gap
    std::string text;
  };
  struct Limits {
    size_t events = 1024;  // of a batch
    size_t bytes = size_t{256} << 10;
  };

  // All outlive it.
  StreamReader(const stream::History &history, const EventLines &lines,
               std::span<const std::string> filters, Limits limits)
      : history_(&history),
        lines_(&lines),
        filters_(filters),
        limits_(limits),
        epoch_(history.epoch()),
        through_(history.last()) {}

  // Finds where to begin. REQUIRES: a start behind positions has one in this stream.
  Status begin(const bus::Start &start);
  // Reads the next batch. It comes back also when nothing in it matches: so that somebody is told
  // how far it is.
  Status fill();

  bool is_empty() const { return ready_.empty(); }  // fill() is next, or it has ended
  bool ended() const { return ready_.empty() && next_ > through_; }
  // REQUIRES: not empty.
  const Line &front() const { return ready_.front(); }
  Line take();

  // Sequences.
  uint64_t done() const { return taken_ + 1 - from_; }
  uint64_t all() const { return through_ + 1 - from_; }
  // Positions: behind the first it reads, up to the second.
  std::string from() const { return position(from_ - 1); }
  std::string to() const { return position(through_); }

 private:
  Result<stream::Begin> find_place(const bus::Start &start) const;
  Result<stream::Begin> find_behind(const bus::Start &start) const;
  void add(const event::EventRef &event, uint64_t sequence);
  void add(const stream::Lost &lost, uint64_t sequence, int64_t recorded_ns);
  std::string position(uint64_t sequence) const;

  const stream::History *history_;
  const EventLines *lines_;
  std::span<const std::string> filters_;
  Limits limits_;
  uint64_t epoch_;
  uint64_t from_ = 1;  // where it began
  uint64_t next_ = 1;  // where the next batch begins
  uint64_t through_;
  uint64_t taken_ = 0;  // all up to here has been passed on
  std::deque<Line> ready_;
};

}  // namespace slipring::host
