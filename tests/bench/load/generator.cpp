#include "load/generator.hpp"

#include <algorithm>
#include <chrono>

namespace slipring::bench {
namespace {

constexpr uint64_t lost_after = second;  // in which nothing has come back

uint64_t nanoseconds(double seconds) {
  return static_cast<uint64_t>(seconds * static_cast<double>(second));
}

}  // namespace

Generator::Generator(const Options &options) : options_(options), messages_(options.size) {}

void Generator::open() {
  Client::Listener &listener = *this;
  const auto connect = [&](size_t i) {
    clients_.push_back(
        std::make_unique<Client>(static_cast<uint32_t>(i), options_.port, options_.path, listener));
    loop_.add(*clients_.back());
  };
  loop_.open(options_.connections, connect, [this] { return open_; });
}

void Generator::opened(Client &) {
  ++open_;
}

Measurement Generator::run() {
  measured_ = {};
  timeline_ = {};
  sending_ = true;
  paced_ = 0;
  first_due_ = Loop::now();
  const uint64_t begin = first_due_ + nanoseconds(options_.warm_up);
  const uint64_t end = begin + nanoseconds(options_.seconds);
  if (options_.pattern == Pattern::ping_pong) {
    for (const auto &client : clients_) {
      for (size_t i = 0; i < options_.depth; ++i) client->send(messages_, Loop::now());
      loop_.flush(*client);
    }
  }
  for (uint64_t time = first_due_; time < end; time = Loop::now()) {
    if (!measured_.is_running() && time >= begin) start_measuring();
    if (options_.pattern == Pattern::paced) {
      pace(time);
      const auto next = nanoseconds(static_cast<double>(paced_) / options_.rate);
      loop_.poll(std::min(end, first_due_ + next));
    } else {
      loop_.poll(end);
    }
  }
  measured_.stop(options_.servers);
  sending_ = false;
  last_arrival_ = Loop::now();
  while (outstanding() > 0 && Loop::now() < last_arrival_ + lost_after) {
    loop_.poll(Loop::now() + second / 10);
  }
  measured_.lost = outstanding();
  measured_.closed = loop_.closed();
  for (const auto &client : clients_) {
    measured_.doubled += client->ledger().doubled();
    measured_.reordered += client->ledger().reordered();
  }
  return measured_;
}

void Generator::start_measuring() {
  using Unix = std::chrono::duration<double>;
  timeline_.begin = Unix(std::chrono::system_clock::now().time_since_epoch()).count();
  measured_.start(options_.servers);
}

// Sends what is due by now, each client in its turn.
void Generator::pace(uint64_t time) {
  const double elapsed = static_cast<double>(time - first_due_) / static_cast<double>(second);
  const auto due_by_now = static_cast<uint64_t>(elapsed * options_.rate);
  unflushed_.clear();
  for (; paced_ <= due_by_now; ++paced_) {
    Client &client = *clients_[paced_ % clients_.size()];
    if (client.is_gone()) continue;
    client.send(messages_, first_due_ + nanoseconds(static_cast<double>(paced_) / options_.rate));
    unflushed_.push_back(&client);
  }
  for (Client *const client : unflushed_) loop_.flush(*client);
}

void Generator::answered(Client &client, std::string_view answer) {
  last_arrival_ = loop_.received_at();
  Number number;
  if (!messages_.read(answer, number) || number.connection != client.index()) {
    ++measured_.altered;
    return;
  }
  if (client.arrived(number.sequence) != Ledger::Arrival::in_order) return;
  measured_.arrived(last_arrival_, number.due);
  if (options_.timeline != 0) add_to_timeline(number.due);
  if (sending_ && options_.pattern == Pattern::ping_pong) client.send(messages_, last_arrival_);
}

void Generator::add_to_timeline(uint64_t due) {
  if (!measured_.is_running() || due < measured_.from) return;
  const size_t step = (due - measured_.from) / (uint64_t{options_.timeline} * 1'000'000);
  if (timeline_.longest.size() <= step) timeline_.longest.resize(step + 1);
  uint64_t &longest = timeline_.longest[step];
  longest = std::max(longest, last_arrival_ - due);
}

uint64_t Generator::outstanding() const {
  uint64_t sum = 0;
  for (const auto &client : clients_) sum += client->outstanding();
  return sum;
}

}  // namespace slipring::bench
