#include "pubsub/exchange.hpp"

#include <algorithm>
#include <stdexcept>

namespace slipring::bench::pubsub {
namespace {

constexpr uint64_t lost_after = second;  // in which nothing has arrived

// A publish is numbered by its lane and its sequence there.
constexpr int sequence_bits = 36;
constexpr uint64_t sequence_mask = (uint64_t{1} << sequence_bits) - 1;

uint64_t nanoseconds(double seconds) {
  return static_cast<uint64_t>(seconds * static_cast<double>(second));
}

// Of `count` things dealt out to `among`, how many the one with that index gets.
uint32_t share(uint32_t count, uint32_t among, uint32_t index) {
  return count / among + (index < count % among ? 1 : 0);
}

}  // namespace

Exchange::Exchange(const Options &options) : options_(options), messages_(options.size) {
  const uint32_t count = std::max(options.topics, options.publishers);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t topic = i % options.topics;
    const uint32_t arrivals =
        share(options.subscribers, options.topics, topic) + (options.acknowledged ? 1 : 0);
    lanes_.emplace_back(i % options.publishers, topic, i / options.topics, arrivals,
                        options.is_paced() ? 0 : options.window);
  }
}

void Exchange::open() {
  connect(true, options_.subscribers);
  connect(false, options_.publishers);
}

void Exchange::connect(bool subscribes, uint32_t count) {
  auto &peers = subscribes ? subscribers_ : publishers_;
  const size_t ledgers = subscribes ? lanes_.size() / options_.topics : 0;
  Peer::Owner &owner = *this;
  const auto begin = [&](size_t i) {
    const auto index = static_cast<uint32_t>(i);
    const Role role{subscribes, subscribes ? index : options_.subscribers + index,
                    index % options_.topics};
    peers.push_back(
        std::make_unique<Peer>(role, options_.port, make_dialect(options_, role), ledgers, owner));
    loop_.add(*peers.back());
  };
  ready_ = 0;
  loop_.open(count, begin, [&] {
    if (result_.refused != 0) throw std::runtime_error("refused: " + result_.refusal);
    return ready_;
  });
}

void Exchange::ready(Peer &) {
  ++ready_;
}

Result Exchange::run() {
  result_ = {};
  paced_ = 0;
  first_due_ = Loop::now();
  const uint64_t begin = first_due_ + nanoseconds(options_.warm_up);
  const uint64_t end = begin + nanoseconds(options_.seconds);
  with_room_.clear();
  for (uint32_t i = 0; i < lanes_.size(); ++i) {
    lanes_[i].is_listed = !options_.is_paced();
    if (lanes_[i].is_listed) with_room_.push_back(i);
  }
  for (uint64_t time = first_due_; time < end && !has_sent_all(); time = Loop::now()) {
    if (!result_.is_running() && time >= begin) result_.start(options_.servers);
    uint64_t next = end;
    if (options_.is_paced()) {
      pace(time);
      next = first_due_ + nanoseconds(static_cast<double>(paced_) / options_.rate);
    } else {
      fill_windows();
    }
    if (!result_.is_running()) next = std::min(next, begin);
    loop_.poll(std::min(next, end));
  }
  result_.stop(options_.servers);
  last_arrival_ = Loop::now();
  while (missing() + unacknowledged() > 0 && Loop::now() < last_arrival_ + lost_after) {
    loop_.poll(Loop::now() + second / 10);
  }
  count(result_);
  return result_;
}

void Exchange::fill_windows() {
  if (with_room_.empty()) return;
  const uint64_t due = Loop::now();
  for (const uint32_t i : with_room_) {
    lanes_[i].is_listed = false;
    while (lanes_[i].has_room() && !has_sent_all(lanes_[i])) publish(i, due);
  }
  with_room_.clear();
  flush();
}

bool Exchange::has_sent_all(const Lane &lane) const {
  return options_.messages != 0 && lane.sent() >= options_.messages;
}

bool Exchange::has_sent_all() const {
  return options_.messages != 0 &&
         std::ranges::all_of(lanes_, [&](const Lane &lane) { return has_sent_all(lane); });
}

// Sends what is due by now, each lane in its turn.
void Exchange::pace(uint64_t time) {
  const double elapsed = static_cast<double>(time - first_due_) / static_cast<double>(second);
  const auto due_by_now = static_cast<uint64_t>(elapsed * options_.rate);
  for (; paced_ <= due_by_now; ++paced_) {
    publish(static_cast<uint32_t>(paced_ % lanes_.size()),
            first_due_ + nanoseconds(static_cast<double>(paced_) / options_.rate));
  }
  flush();
}

void Exchange::publish(uint32_t index, uint64_t due) {
  Lane &lane = lanes_[index];
  Peer &publisher = *publishers_[lane.publisher];
  const uint64_t sequence = lane.next();
  std::optional<uint64_t> number;
  if (options_.acknowledged) number = uint64_t{index} << sequence_bits | sequence;
  publisher.publish(lane.topic, messages_.write({index, sequence, due}), number);
  if (unflushed_.empty() || unflushed_.back() != &publisher) unflushed_.push_back(&publisher);
}

void Exchange::flush() {
  for (Peer *const publisher : unflushed_) loop_.flush(*publisher);
  unflushed_.clear();
}

void Exchange::message(Peer &subscriber, std::string_view text) {
  last_arrival_ = loop_.received_at();
  Number number;
  if (!messages_.read(text, number) || number.connection >= lanes_.size() ||
      lanes_[number.connection].topic != subscriber.role().topic) {
    ++result_.altered;
    return;
  }
  const Lane &lane = lanes_[number.connection];
  const auto arrival = subscriber.ledgers()[lane.ledger].arrived(number.sequence, lane.sent());
  if (arrival == Ledger::Arrival::doubled) return;
  result_.arrived(last_arrival_, number.due);
  arrived(number.connection, number.sequence);
}

void Exchange::acknowledged(Peer &, uint64_t number) {
  last_arrival_ = loop_.received_at();
  const auto index = static_cast<uint32_t>(number >> sequence_bits);
  if (index >= lanes_.size()) {
    ++result_.altered;
    return;
  }
  Lane &lane = lanes_[index];
  const uint64_t sequence = number & sequence_mask;
  if (lane.acknowledgements.arrived(sequence, lane.sent()) == Ledger::Arrival::doubled) return;
  if (result_.is_running()) ++result_.acknowledged;
  arrived(index, sequence);
}

void Exchange::arrived(uint32_t index, uint64_t sequence) {
  Lane &lane = lanes_[index];
  if (!lane.arrived(sequence) || lane.is_listed) return;
  lane.is_listed = true;
  with_room_.push_back(index);
}

void Exchange::refused(Peer &, std::string_view answer) {
  if (result_.refused++ == 0) result_.refusal = answer;
}

uint64_t Exchange::missing() const {
  uint64_t sum = 0;
  for (const auto &subscriber : subscribers_) {
    const uint32_t topic = subscriber->role().topic;
    for (size_t i = 0; i < subscriber->ledgers().size(); ++i) {
      const Lane &lane = lanes_[i * options_.topics + topic];
      sum += subscriber->ledgers()[i].outstanding(lane.sent());
    }
  }
  return sum;
}

uint64_t Exchange::unacknowledged() const {
  uint64_t sum = 0;
  for (const Lane &lane : lanes_) {
    if (options_.acknowledged) sum += lane.acknowledgements.outstanding(lane.sent());
  }
  return sum;
}

void Exchange::count(Result &result) const {
  result.lost = missing();
  result.unacknowledged = unacknowledged();
  result.closed = loop_.closed();
  const auto add = [&](const Ledger &ledger) {
    result.doubled += ledger.doubled();
    result.reordered += ledger.reordered();
  };
  for (const Lane &lane : lanes_) add(lane.acknowledgements);
  for (const auto &subscriber : subscribers_) {
    for (const Ledger &ledger : subscriber->ledgers()) add(ledger);
  }
}

}  // namespace slipring::bench::pubsub
