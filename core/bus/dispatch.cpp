#include "bus/dispatch.hpp"

#include <algorithm>

namespace slipring::bus {

Dispatch::Dispatch(uint32_t home, Network &network, Wakes &wakes) : wakes_(wakes) {
  for (uint32_t to = 0; to < network.shards(); ++to) {
    outgoing_.push_back({&network.messages(home, to), {}});
  }
}

void Dispatch::answer(uint32_t shard, Request &request) {
  Outgoing &outgoing = outgoing_[shard];
  if (!outgoing.missed.empty()) {
    request.missed.swap(outgoing.missed);
    --behind_;
  }
  outgoing.lane->answer(request);
  wakes_.mark(shard);
}

void Dispatch::send_to_all(event::EventRef event) {
  const std::span<const Match> shards = wanted_.match(event->topic(), event->topic_hash());
  if (shards.empty()) return;
  // One count for each shard: the last one gets the one that came with the event.
  for (const Match &shard : shards.first(shards.size() - 1)) send(shard.subscription, event);
  send(shards.back().subscription, std::move(event));
}

void Dispatch::send(uint32_t shard, event::EventRef event) {
  Outgoing &outgoing = outgoing_[shard];
  const bool level = outgoing.missed.empty() || announce(shard);
  if (!level || !outgoing.lane->has_room(event->size())) {
    miss(outgoing, *event);
    return;
  }
  outgoing.lane->push(std::move(event));
  wakes_.mark(shard);
}

void Dispatch::miss(Outgoing &outgoing, const event::Event &event) {
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
  ++missed_;
}

void Dispatch::announce() {
  if (behind_ == 0) return;
  for (uint32_t shard = 0; shard < outgoing_.size(); ++shard) {
    while (!announce(shard) && outgoing_[shard].lane->wait_for_room()) {
    }
  }
}

// True when nothing is left to announce.
bool Dispatch::announce(uint32_t shard) {
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

}  // namespace slipring::bus
