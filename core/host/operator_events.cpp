#include "host/operator_events.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "admin/control_server.hpp"
#include "bus/kept.hpp"
#include "event/cloud_event.hpp"
#include "host/await_work.hpp"
#include "host/operator_filters.hpp"
#include "host/operator_start.hpp"

namespace slipring::host {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr auto farewell_patience = std::chrono::seconds(1);

json::object answer_to(const Status &status) {
  return admin::error_answer(status.code(), status.message());
}

Status stopping() {
  return Status::unavailable("the host is stopping");
}

Result<event::EventRef> event_of(const json::value &found, const event::Limits &limits,
                                 const bus::Streams &streams) {
  if (!found.is_object()) {
    return Status::invalid("publish: an event must be in its JSON form, an object");
  }
  const auto flatbuffer = event::from_cloud_event(found.get_object());
  if (!flatbuffer) return flatbuffer.status();
  auto event = event::Event::take(*flatbuffer, limits);
  if (!event) return event.status();
  if (Status status = bus::check_kept(streams, **event); !status.is_ok()) return status;
  return event;
}

}  // namespace

// One subscriber's end on the shard.
class OperatorEvents::Listener : private bus::Receiver {
 public:
  Listener(bus::ShardBus &bus, Feed feed, const std::vector<std::string> &filters, bus::Start start)
      : feed_(std::move(feed)), port_(bus, *this) {
    port_.subscribe(who_, filters, std::move(start));
  }
  void resume() { port_.resume(who_); }

 private:
  void subscribed(bus::Match, const bus::Origin &origin) override { feed_->begin(origin); }
  void refused(bus::Match, const Status &why) override { feed_->refuse(why); }
  void deliver(const event::EventRef &event, std::span<const bus::Match>, uint32_t) override {
    if (!feed_->put(event)) port_.fall_behind(who_, *event);
  }
  void missed(const bus::Missed &missed, std::span<const bus::Match>) override {
    feed_->miss(missed);
  }
  size_t capacity(bus::Match) override { return feed_->capacity(); }
  // Nothing is published through the port.
  void published(uint64_t, const bus::Published &) override {}
  void room() override {}

  const bus::Match who_{this, 0};
  const Feed feed_;
  bus::Port port_;
};

OperatorEvents::OperatorEvents(asio::io_context &control, shard::Shard &shard, bus::ShardBus &bus,
                               const bus::Streams &streams, Limits limits)
    : control_(control),
      shard_(shard),
      bus_(bus),
      streams_(streams),
      lines_(streams),
      limits_(limits),
      last_moment_(control, asio::steady_timer::time_point::max()),
      feed_ended_(control, asio::steady_timer::time_point::max()),
      publisher_(shard.loop(), bus) {}

OperatorEvents::~OperatorEvents() = default;

asio::awaitable<json::object> OperatorEvents::publish(json::object request) {
  if (stopping_) co_return answer_to(stopping());
  if (request.contains("events")) co_return co_await publish_several(std::move(request));
  const json::value *const found = request.if_contains("event");
  if (found == nullptr) {
    co_return answer_to(Status::invalid("publish: member \"event\" or \"events\" is missing"));
  }
  std::vector<Result<event::EventRef>> events{event_of(*found, limits_.event, streams_)};
  const Receipts receipts = co_await publish_on_shard(std::move(events));
  if (!receipts.front()) co_return answer_to(receipts.front().status());
  co_return json::object{{"published", published(*receipts.front())}};
}

asio::awaitable<json::object> OperatorEvents::publish_several(json::object request) {
  const json::array *const list = request.at("events").if_array();
  if (list == nullptr || list->empty()) {
    co_return answer_to(Status::invalid("publish: member \"events\" must be a list of events"));
  }
  std::vector<Result<event::EventRef>> events;
  for (const json::value &each : *list) events.push_back(event_of(each, limits_.event, streams_));
  const Receipts receipts = co_await publish_on_shard(std::move(events));
  json::array answers;
  for (const auto &receipt : receipts) {
    answers.push_back(receipt ? published(*receipt) : answer_to(receipt.status()));
  }
  co_return json::object{{"published", std::move(answers)}};
}

json::object OperatorEvents::published(const OperatorPublisher::Receipt &receipt) const {
  json::object said;
  if (receipt.position.stream != 0) said["position"] = lines_.position(receipt.position);
  if (receipt.duplicate) said["duplicate"] = true;
  return said;
}

// What is no event is answered with its error, in its place; the others are published, in order.
asio::awaitable<OperatorEvents::Receipts> OperatorEvents::publish_on_shard(
    std::vector<Result<event::EventRef>> events) {
  auto start = [this, &events](auto done) {
    shard_.post([this, events = std::move(events), done = std::move(done)]() mutable {
      struct Collected {
        Receipts receipts;
        size_t missing;
      };
      auto collected = std::make_shared<Collected>();
      collected->missing = events.size();
      for (const auto &event : events) {
        collected->receipts.emplace_back(event ? Status() : event.status());
      }
      const auto take = [collected, done](size_t index, const Receipts::value_type &receipt) {
        collected->receipts[index] = receipt;
        if (--collected->missing == 0) done(std::move(collected->receipts));
      };
      for (size_t i = 0; i < events.size(); ++i) {
        if (!events[i]) {
          take(i, events[i].status());
          continue;
        }
        publisher_.publish(std::move(*events[i]),
                           [take, i](const auto &receipt) { take(i, receipt); });
      }
    });
  };
  co_return co_await await_answer<Receipts>(std::move(start));
}

asio::awaitable<void> OperatorEvents::subscribe(json::object request,
                                                admin::Conversation &conversation) {
  const auto filters = filters_of(request, limits_.filters, "subscribe");
  auto start = start_of(request, streams_);
  Status refused;
  if (!filters) {
    refused = filters.status();
  } else if (!start) {
    refused = start.status();
  } else if (Status reach = streams_.check_reach(*filters); !reach.is_ok()) {
    refused = reach;
  } else if (stopping_) {
    refused = stopping();
  } else if (feeds_.size() >= limits_.subscribers) {
    refused = {SLIPRING_RESOURCE_EXHAUSTED, "there are " + std::to_string(limits_.subscribers) +
                                                " subscribers at the control socket already"};
  }
  if (!refused.is_ok()) {
    const json::object answer = answer_to(refused);
    co_await conversation.say(answer);
    co_return;
  }
  using namespace asio::experimental::awaitable_operators;
  const Feed feed = begin(*filters, std::move(*start));
  co_await (pass_on(*feed, *filters, conversation) || conversation.closed() || patience_ends());
  conversation.end();
  end(feed);
}

asio::awaitable<void> OperatorEvents::pass_on(OperatorFeed &feed,
                                              const std::vector<std::string> &filters,
                                              admin::Conversation &conversation) {
  for (;;) {
    const auto items = co_await feed.take();
    if (items.empty()) break;
    std::string lines;
    for (const OperatorFeed::Item &item : items) lines += line_of(item, filters);
    if (!co_await conversation.write(std::move(lines))) co_return;
  }
  const json::object farewell = answer_to(stopping());
  co_await conversation.say(farewell);
}

asio::awaitable<void> OperatorEvents::patience_ends() {
  do {
    boost::system::error_code changed;
    co_await last_moment_.async_wait(asio::redirect_error(asio::use_awaitable, changed));
  } while (asio::steady_timer::clock_type::now() < last_moment_.expiry());
}

OperatorEvents::Feed OperatorEvents::begin(const std::vector<std::string> &filters,
                                           bus::Start start) {
  auto key = std::make_shared<const OperatorFeed *>(nullptr);
  auto resume = [this, key] {
    shard_.post([this, key] {
      const auto listener = listeners_.find(*key);
      if (listener != listeners_.end()) listener->second->resume();
    });
  };
  auto feed = std::make_shared<OperatorFeed>(control_, limits_.feed, std::move(resume));
  *key = feed.get();
  feeds_.insert(feed);
  shard_.post([this, feed, filters, start = std::move(start)]() mutable {
    listeners_[feed.get()] = std::make_unique<Listener>(bus_, feed, filters, std::move(start));
  });
  return feed;
}

void OperatorEvents::end(const Feed &feed) {
  shard_.post([this, feed] { listeners_.erase(feed.get()); });
  feeds_.erase(feed);
  feed_ended_.cancel();
}

asio::awaitable<void> OperatorEvents::stop() {
  stopping_ = true;
  for (const Feed &feed : feeds_) feed->end();
  last_moment_.expires_after(farewell_patience);
  while (!feeds_.empty()) {
    boost::system::error_code ended;
    co_await feed_ended_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  }
  // Behind all that was posted there before: so the ports of all subscribers are gone.
  auto close = [this](auto done) {
    shard_.post([this, done] {
      publisher_.close();
      done(true);
    });
  };
  co_await await_answer<bool>(std::move(close));
}

std::string OperatorEvents::line_of(const OperatorFeed::Item &item,
                                    const std::vector<std::string> &filters) {
  json::object line;
  if (const auto *const event = std::get_if<event::EventRef>(&item)) {
    line["event"] = lines_.event(**event);
  } else if (const auto *const missed = std::get_if<bus::Missed>(&item)) {
    line["gap"] = lines_.gap(*missed);
  } else if (const auto *const refused = std::get_if<Status>(&item)) {
    line = answer_to(*refused);
  } else {
    const auto &origin = std::get<bus::Origin>(item);
    json::array positions;
    for (const event::Position &each : origin.positions)
      positions.emplace_back(lines_.position(each));
    json::object subscribed{{"filters", json::value_from(filters)},
                            {"positions", std::move(positions)}};
    if (origin.recovered != bus::Origin::many) subscribed["recovered"] = origin.recovered;
    if (origin.gap) subscribed["gap"] = lines_.gap(*origin.gap);
    line["subscribed"] = std::move(subscribed);
  }
  return json::serialize(line) + '\n';
}

}  // namespace slipring::host
