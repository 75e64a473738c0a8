#include "bus/shard_bus.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slipring::bus {

namespace {
// One call of drain(): messages, deliveries to subscribers.
constexpr size_t most_messages = 4096;
constexpr size_t most_deliveries = 32768;
}  // namespace

ShardBus::ShardBus(uint32_t shard, Network &network, observe::Counters &counters)
    : self_(shard),
      network_(network),
      wakes_(shard, network),
      sequencer_(shard, network, wakes_),
      homes_(shard, network, wakes_),
      wants_(network.streams(), homes_),
      publisher_(network, homes_,
                 [this](uint64_t port, uint64_t token, const Published &outcome) {
                   published(port, token, outcome);
                 }),
      events_published_total_(counters.counter("events_published_total")),
      events_sequenced_total_(counters.counter("events_sequenced_total")),
      events_missed_total_(counters.counter("events_missed_total")),
      publish_full_total_(counters.counter("publish_full_total")) {
  for (const auto &stream : network.streams().all()) stands_.push_back({stream->number(), 0});
}

uint64_t ShardBus::add(Port &port) {
  ports_.push_back(&port);
  return ++last_port_;
}

void ShardBus::remove(Port &port) {
  *std::find(ports_.begin(), ports_.end(), &port) = nullptr;
}

Port *ShardBus::port(uint64_t number) const {
  const auto found = std::find_if(ports_.begin(), ports_.end(), [&](const Port *each) {
    return each != nullptr && each->number_ == number;
  });
  return found == ports_.end() ? nullptr : *found;
}

bool ShardBus::drain() {
  wakes_.running();
  bool more = sequencer_.serve();
  for (const auto &done : network_.take_done(self_)) done();
  activate(std::exchange(answered_, {}));
  more |= receive();
  more |= catch_up();
  wants_.ask_stand();
  homes_.send_waiting();
  look_for_room();
  sequencer_.announce();
  wakes_.send_all();
  count();
  std::erase(ports_, nullptr);
  // What the shard has sent to itself meanwhile wakes nobody.
  more |= has_more() || !answered_.empty() || !network_.requests(self_, self_).empty() ||
          !network_.messages(self_, self_).empty();
  if (more) wakes_.coming_back();
  return more;
}

std::optional<uint32_t> ShardBus::publish(uint64_t port, std::span<event::EventRef> events,
                                          uint64_t token) {
  const std::optional<uint32_t> full = publisher_.publish(port, events, token);
  if (full) {
    ++full_;
  } else {
    published_ += events.size();
  }
  return full;
}

void ShardBus::published(uint64_t number, uint64_t token, const Published &published) {
  Port *const to = port(number);
  if (to != nullptr) to->receiver_.published(token, published);
}

// By index, here and below: receivers may make and destroy ports.
bool ShardBus::catch_up() {
  bool more = false;
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i] != nullptr) more |= ports_[i]->catch_up();
  }
  return more;
}

bool ShardBus::has_more() const {
  return std::ranges::any_of(
      ports_, [](const Port *port) { return port != nullptr && port->catch_up_.has_more(); });
}

void ShardBus::activate(const std::vector<std::shared_ptr<Subscription>> &subscriptions) {
  for (const std::shared_ptr<Subscription> &each : subscriptions) {
    if (each->port != nullptr) each->port->activate(each);
  }
}

bool ShardBus::receive() {
  first_ = (first_ + 1) % network_.homes();
  size_t received = 0;
  size_t delivered = 0;
  for (uint32_t i = 0; i < network_.homes(); ++i) {
    const uint32_t home = (first_ + i) % network_.homes();
    MessageLane &lane = network_.messages(home, self_);
    std::array<Message, batch> messages;
    size_t wanted = fitting_;
    while (const size_t count = lane.pop({messages.data(), wanted})) {
      const size_t deliveries = receive(home, {messages.data(), count});
      received += count;
      delivered += deliveries;
      fitting_ =
          std::clamp<size_t>(most_deliveries * count / std::max<size_t>(deliveries, 1), 1, batch);
      if (received >= most_messages || delivered >= most_deliveries) return true;
      // As many as fit when the next are wanted as widely as these.
      const size_t fitting =
          (most_deliveries - delivered) * count / std::max<size_t>(deliveries, 1);
      wanted = std::clamp<size_t>(fitting, 1, batch);
    }
  }
  return false;
}

// Returns the number of deliveries to subscribers.
size_t ShardBus::receive(uint32_t home, std::span<const Message> messages) {
  size_t delivered = 0;
  size_t done = 0;
  size_t bytes = 0;
  for (const Message &message : messages) {
    if (message.kind == Message::Kind::answer) {
      take_answer(home, *message.answer);
      continue;
    }
    ++done;
    if (message.kind == Message::Kind::missed) {
      miss(*std::unique_ptr<Missed>(message.missed));
      continue;
    }
    const event::EventRef event = event::EventRef::adopt(message.event);
    bytes += event->size();
    delivered += deliver(event);
  }
  if (network_.messages(home, self_).release(done, bytes)) wakes_.mark(home);
  return delivered;
}

size_t ShardBus::deliver(const event::EventRef &event) {
  stand_at(event->record().stream(), event->record().sequence());
  size_t delivered = 0;
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i] != nullptr) delivered += ports_[i]->deliver(event);
  }
  return delivered;
}

void ShardBus::miss(const Missed &missed) {
  stand_at(missed.stream, missed.to);
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i] != nullptr) ports_[i]->miss(missed);
  }
}

void ShardBus::take_answer(uint32_t home, Request &request) {
  homes_.answered(home, request);
  for (const Missed &missed : request.missed) miss(missed);
  if (request.kind == Request::Kind::publish) {
    publisher_.answered(request);
  } else if (request.kind != Request::Kind::unwant) {
    for (const event::Position &last : request.last) stand_at(last.stream, last.sequence);
    activate(wants_.answered(request));
  }
  homes_.give_back(request);
}

void ShardBus::look_for_room() {
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i] != nullptr) ports_[i]->look_for_room();
  }
}

void ShardBus::count() {
  const uint64_t missed = sequencer_.take_missed();
  const uint64_t sequenced = sequencer_.take_sequenced();
  if (sequenced != 0) events_sequenced_total_.add(sequenced);
  if (missed != 0) events_missed_total_.add(missed);
  if (published_ != 0) events_published_total_.add(std::exchange(published_, 0));
  if (full_ != 0) publish_full_total_.add(std::exchange(full_, 0));
}

bool ShardBus::is_behind(const Subscription &subscription) const {
  const auto is_behind_in = [&](uint32_t stream) {
    return stand_in(stream) < network_.streams().find(stream)->last();
  };
  return std::ranges::any_of(subscription.uses, [&](const Use *use) {
    return std::ranges::any_of(use->streams, is_behind_in);
  });
}

uint64_t ShardBus::stand_in(uint32_t stream) const {
  return std::ranges::find(stands_, stream, &Stand::stream)->sequence;
}

void ShardBus::stand_at(uint32_t stream, uint64_t sequence) {
  if (stream == 0) return;
  uint64_t &stand = std::ranges::find(stands_, stream, &Stand::stream)->sequence;
  stand = std::max(stand, sequence);
}

}  // namespace slipring::bus
