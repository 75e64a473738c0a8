// OperatorEvents: publishing and subscribing through the control socket.
//
// An operator is a user of the bus like the sessions of a shard: what he publishes and subscribes
// goes through ports on one shard. Requests and answers travel between the control thread and that
// shard by posting; events by a bounded feed for each subscriber.
//
//   {"op":"publish","event":{CloudEvents 1.0}}     {"published":{"position":"default@..:17"}}
//                                                  {"published":{}} on an ephemeral topic
//   {"op":"publish","events":[{..},{..}]}          {"published":[{"position":".."},{"error":{..}}]}
//   {"op":"subscribe","filters":["a/#"],           {"subscribed":{"filters":[..],"positions":[..],
//    "start":{"last":10}}                           "recovered":17,"gap":{..}}}
//                                                  {"event":{CloudEvents 1.0}}, one for each
//                                                  {"gap":{"from":"..","to":"..","count":3}}
//                                                  {"error":{..}} when the host stops
//
// Of several events each is published or refused by itself, in their order; so that they are
// written together. "duplicate": true, where its deduplication id had been taken before.
//
// "start" is as in slipring.json.v1; without it, now. "recovered": how many events come before live
// ones, left out when they have not been counted. A gap says which events a stream does not keep
// any more; on ephemeral topics, how many the client read too slowly for.
//
// Thread-safety: control thread; made before the shard starts and destroyed when it has ended.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "admin/conversation.hpp"
#include "bus/streams.hpp"
#include "host/event_lines.hpp"
#include "host/operator_feed.hpp"
#include "host/operator_publisher.hpp"
#include "shard/shard.hpp"

namespace slipring::host {

class OperatorEvents {
 public:
  struct Limits {
    event::Limits event;
    OperatorFeed::Limits feed;
    size_t subscribers = 64;
    size_t filters = 64;  // of one subscriber
  };

  // All outlive it. `bus`: the shard's.
  OperatorEvents(boost::asio::io_context &control, shard::Shard &shard, bus::ShardBus &bus,
                 const bus::Streams &streams, Limits limits);
  ~OperatorEvents();

  boost::asio::awaitable<boost::json::object> publish(boost::json::object request);
  boost::asio::awaitable<void> subscribe(boost::json::object request,
                                         admin::Conversation &conversation);

  // Tells the subscribers, ends what goes on, and takes everything back from the shard. What is
  // asked afterwards is answered UNAVAILABLE. REQUIRES: the shard runs.
  boost::asio::awaitable<void> stop();

 private:
  class Listener;
  using Feed = std::shared_ptr<OperatorFeed>;

  using Receipts = std::vector<Result<OperatorPublisher::Receipt>>;

  boost::asio::awaitable<boost::json::object> publish_several(boost::json::object request);
  boost::asio::awaitable<Receipts> publish_on_shard(std::vector<Result<event::EventRef>> events);
  boost::json::object published(const OperatorPublisher::Receipt &receipt) const;
  boost::asio::awaitable<void> pass_on(OperatorFeed &feed, const std::vector<std::string> &filters,
                                       admin::Conversation &conversation);
  boost::asio::awaitable<void> patience_ends();
  Feed begin(const std::vector<std::string> &filters, bus::Start start);
  void end(const Feed &feed);

  std::string line_of(const OperatorFeed::Item &item, const std::vector<std::string> &filters);

  boost::asio::io_context &control_;
  shard::Shard &shard_;
  bus::ShardBus &bus_;
  const bus::Streams &streams_;
  const EventLines lines_;
  const Limits limits_;

  std::set<Feed> feeds_;
  bool stopping_ = false;
  boost::asio::steady_timer last_moment_;  // when feeds are given up that did not end by themselves
  boost::asio::steady_timer feed_ended_;   // cancelled each time

  // The shard's.
  OperatorPublisher publisher_;
  std::map<const OperatorFeed *, std::unique_ptr<Listener>> listeners_;
};

}  // namespace slipring::host
