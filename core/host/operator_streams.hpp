// OperatorStreams: what operators ask about streams through the control socket, and purging.
//
//   {"op":"streams"}                          {"streams":[{..}],"ephemeral":[..],"findings":[..]}
//   {"op":"purge","stream":"scores"}          {"purged":{"stream":"scores","events":17,"first":18,
//                                              "last":17}}
//   {"op":"purge","stream":"scores","before":"scores@..:10"}
//   {"op":"purge","stream":"scores","before":"2026-11-21T09:30:00Z"}
//
// Streams that the log has and that are not configured any more stand behind the others, with
// "configured": false; they can be purged too. Findings: of opening the log. Purging removes all
// that a stream had when it was asked for, or what is before the position or time; readers who have
// not come there find a gap.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "bus/stream_sequencer.hpp"
#include "bus/streams.hpp"
#include "host/purge_point.hpp"

namespace slipring::host {

class OperatorStreams {
 public:
  // Runs work that waits for the disk on another thread.
  using Read = std::function<void(std::function<void()>)>;

  // `log`: null when all streams are in memory. All outlive it.
  OperatorStreams(const bus::Streams &streams, stream::Log *log, bus::StreamSequencer &sequencer,
                  Read read)
      : streams_(streams), log_(log), sequencer_(sequencer), read_(std::move(read)) {}

  boost::json::object list() const;
  boost::asio::awaitable<boost::json::object> purge(boost::json::object request);

 private:
  struct Target;

  boost::json::object show(const stream::History &history) const;
  Result<Target> target_of(const boost::json::object &request) const;
  boost::asio::awaitable<Result<uint64_t>> first_to_keep(Target target, std::string before);
  Result<boost::json::object> purge_now(const Target &target, uint64_t first);
  stream::StreamState state_of(const stream::History &history) const;
  stream::StreamState state_of(const Target &target) const;

  const bus::Streams &streams_;
  stream::Log *const log_;
  bus::StreamSequencer &sequencer_;
  const Read read_;
};

}  // namespace slipring::host
