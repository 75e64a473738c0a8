// OperatorReading: reading what streams have, to its end, through the control socket.
//
//   {"op":"read","filters":["a/#"],          {"reading":{"from":["default@..:1"],
//    "start":"earliest","streams":[..]}        "to":["default@..:10"]}}
//                                            {"event":{CloudEvents 1.0}}, one for each
//                                            {"gap":{"from":"..","to":"..","reason":".."}}
//                                            {"progress":{"done":5,"of":10}}, in sequences
//                                            {"done":{"events":9,"gaps":0,"positions":["..:10"]}}
//
// Unlike "subscribe" it ends, with the last event that there was when it began; and it gives also
// events whose time to live is over. "start" is as there; behind positions, only streams that have
// one are read. "streams": only these; else all that the filters reach. Events of several streams
// come in the order in which they were recorded.
//
// A batch at a time is read and written out on a reader thread; the next one when the client has
// taken it. So a slow client costs a batch a stream.
//
// Thread-safety: control thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>

#include "admin/conversation.hpp"
#include "bus/streams.hpp"
#include "host/event_lines.hpp"
#include "host/stream_reader.hpp"

namespace slipring::host {

class OperatorReading {
 public:
  // Runs work that waits for the disk on another thread.
  using Read = std::function<void(std::function<void()>)>;

  struct Limits {
    size_t readers = 8;
    size_t filters = 64;
    StreamReader::Limits batch;
  };

  // All outlive it.
  OperatorReading(const bus::Streams &streams, Read read, Limits limits)
      : streams_(streams), lines_(streams), read_(std::move(read)), limits_(limits) {}
  OperatorReading(const bus::Streams &streams, Read read)
      : OperatorReading(streams, std::move(read), Limits()) {}

  boost::asio::awaitable<void> read(boost::json::object request, admin::Conversation &conversation);
  // What goes on ends; what is asked afterwards is answered UNAVAILABLE.
  void stop() { stopping_ = true; }

 private:
  struct Reading;

  Result<std::unique_ptr<Reading>> begin(const boost::json::object &request) const;
  boost::asio::awaitable<void> pass_on(Reading &reading, admin::Conversation &conversation);
  boost::asio::awaitable<Status> place(Reading &reading);
  boost::asio::awaitable<Status> fill(Reading &reading);

  const bus::Streams &streams_;
  const EventLines lines_;
  const Read read_;
  const Limits limits_;
  size_t readers_ = 0;
  bool stopping_ = false;
};

}  // namespace slipring::host
