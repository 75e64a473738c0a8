#include "bus/sequencer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace slipring::bus {

namespace {
// Events and other requests in one call of serve(); requests taken from a lane at once.
constexpr size_t most_served = 4096;
constexpr size_t batch = 32;
}  // namespace

Sequencer::Sequencer(uint32_t shard, Network &network, Wakes &wakes)
    : self_(shard), network_(network), wakes_(wakes) {
  for (const StreamInfo &info : network.streams().all()) {
    if (info.home == shard) last_.push_back({info.number, info.epoch, 0});
  }
  for (uint32_t to = 0; to < network.shards(); ++to) {
    outgoing_.push_back({&network.messages(shard, to), {}});
  }
}

Sequencer::Totals Sequencer::take_totals() {
  return std::exchange(totals_, {});
}

bool Sequencer::serve() {
  now_ns_ = 0;
  // Each call begins with another shard, so that none is always the one for whom nothing is left.
  first_ = (first_ + 1) % network_.shards();
  size_t served = 0;
  for (uint32_t i = 0; i < network_.shards(); ++i) {
    const uint32_t from = (first_ + i) % network_.shards();
    Network::RequestLane &lane = network_.requests(from, self_);
    std::array<Request *, batch> requests;
    while (const size_t count = lane.pop(requests)) {
      for (size_t k = 0; k < count; ++k) {
        served += std::max<size_t>(1, requests[k]->events.size());
        serve(from, *requests[k]);
      }
      if (served >= most_served) return true;
    }
  }
  return false;
}

void Sequencer::serve(uint32_t from, Request &request) {
  switch (request.kind) {
    case Request::Kind::publish:
      publish(request);
      break;
    case Request::Kind::want:
      want(from, request);
      break;
    case Request::Kind::unwant:
      wanted_.remove(request.filter, {nullptr, from});
      break;
  }
  answer(from, request);
}

void Sequencer::publish(Request &request) {
  if (now_ns_ == 0) now_ns_ = network_.now_ns();
  for (size_t i = 0; i < request.events.size(); ++i) {
    event::Position &position = request.positions[i];
    if (position.stream != 0) {
      event::Position &end = last(position.stream);
      ++end.sequence;
      position = end;
    }
    request.events[i]->sequence({position.stream, 0, position.epoch, position.sequence, now_ns_});
    send_to_all(std::move(request.events[i]));
  }
  totals_.sequenced += request.events.size();
  request.events.clear();
}

void Sequencer::want(uint32_t from, Request &request) {
  wanted_.add(request.filter, {nullptr, from});
  request.last = last_;
}

void Sequencer::answer(uint32_t shard, Request &request) {
  Outgoing &outgoing = outgoing_[shard];
  if (!outgoing.missed.empty()) {
    request.missed.swap(outgoing.missed);
    --behind_;
  }
  outgoing.lane->answer(request);
  wakes_.mark(shard);
}

void Sequencer::send_to_all(event::EventRef event) {
  const std::span<const Match> shards = wanted_.match(event->topic(), event->topic_hash());
  if (shards.empty()) return;
  // One count for each shard: the last one gets the one that came with the event.
  for (const Match &shard : shards.first(shards.size() - 1)) send(shard.subscription, event);
  send(shards.back().subscription, std::move(event));
}

void Sequencer::send(uint32_t shard, event::EventRef event) {
  Outgoing &outgoing = outgoing_[shard];
  const bool level = outgoing.missed.empty() || announce(shard);
  if (!level || !outgoing.lane->has_room(event->size())) {
    miss(outgoing, *event);
    return;
  }
  outgoing.lane->push(std::move(event));
  wakes_.mark(shard);
}

void Sequencer::miss(Outgoing &outgoing, const event::Event &event) {
  const schema::RecordHeader &record = event.record();
  if (outgoing.missed.empty()) ++behind_;
  auto found = std::find_if(outgoing.missed.begin(), outgoing.missed.end(),
                            [&](const Missed &each) { return each.stream == record.stream(); });
  if (found == outgoing.missed.end()) {
    found = outgoing.missed.insert(
        found, {record.stream(), record.epoch(), record.sequence(), record.sequence(), 0});
  }
  found->to = record.sequence();
  ++found->count;
  ++totals_.missed;
}

void Sequencer::announce() {
  if (behind_ == 0) return;
  for (uint32_t shard = 0; shard < network_.shards(); ++shard) {
    while (!announce(shard) && outgoing_[shard].lane->wait_for_room()) {
    }
  }
}

// True when nothing is left to announce.
bool Sequencer::announce(uint32_t shard) {
  Outgoing &outgoing = outgoing_[shard];
  if (outgoing.missed.empty()) return true;
  size_t announced = 0;
  while (announced < outgoing.missed.size() && outgoing.lane->has_room(0)) {
    outgoing.lane->push(outgoing.missed[announced++]);
  }
  if (announced != 0) wakes_.mark(shard);
  outgoing.missed.erase(outgoing.missed.begin(),
                        outgoing.missed.begin() + static_cast<std::ptrdiff_t>(announced));
  if (!outgoing.missed.empty()) return false;
  --behind_;
  return true;
}

event::Position &Sequencer::last(uint32_t stream) {
  return *std::find_if(last_.begin(), last_.end(),
                       [&](const event::Position &each) { return each.stream == stream; });
}

}  // namespace slipring::bus
