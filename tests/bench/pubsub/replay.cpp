#include "pubsub/replay.hpp"

namespace slipring::bench::pubsub {

namespace {
constexpr uint64_t lost_after = 10 * second;  // in which nothing has arrived
}

Replay::Replay(const Options &options) : options_(options), messages_(options.size) {}

Replay::Result Replay::run() {
  result_ = {};
  received_ = 0;
  result_.start(options_.servers);
  const Role role{true, 0, 0};
  Peer::Owner &owner = *this;
  subscriber_ = std::make_unique<Peer>(role, options_.port, make_dialect(options_, role), 0, owner);
  loop_.add(*subscriber_);
  uint64_t last = 0;
  uint64_t patience = Loop::now() + lost_after;
  while (received_ < options_.replay && Loop::now() < patience && result_.refused == 0) {
    loop_.poll(Loop::now() + second / 10);
    if (received_ != last) patience = Loop::now() + lost_after;
    last = received_;
  }
  result_.stop(options_.servers);
  result_.lost += options_.replay - std::min<uint64_t>(options_.replay, received_);
  result_.closed = loop_.closed();
  return result_;
}

void Replay::message(Peer &, std::string_view text) {
  Number number;
  if (!messages_.read(text, number)) {
    ++result_.altered;
    return;
  }
  if (received_ != 0 && number.sequence < next_) ++result_.doubled;
  if (received_ != 0 && number.sequence > next_) ++result_.reordered;
  next_ = number.sequence + 1;
  ++received_;
  result_.arrived(loop_.received_at(), loop_.received_at());
}

void Replay::refused(Peer &, std::string_view answer) {
  if (result_.refused++ == 0) result_.refusal = answer;
}

}  // namespace slipring::bench::pubsub
