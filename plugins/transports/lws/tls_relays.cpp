#include "tls_relays.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace slipring::websocket {
namespace {

constexpr auto progress_time = std::chrono::seconds(1);

}  // namespace

TlsRelays::TlsRelays(const sdk::Host &host, const slipring_loop &loop, Census &census,
                     const tls::Settings &settings, Clock::duration handshake_timeout,
                     std::function<void()> schedule, Accept accept)
    : host_(host),
      loop_(loop),
      census_(census),
      settings_(settings),
      schedule_(std::move(schedule)),
      accept_(std::move(accept)),
      context_(std::make_shared<tls::Context>(settings)),
      errors_(host.counter("tls_errors_total")),
      timeouts_(host.counter("tls_timeouts_total")),
      handshakes_(handshake_timeout),
      watched_(progress_time) {}

TlsRelays::~TlsRelays() = default;

void TlsRelays::adopt(const slipring_accepted &accepted) {
  auto layer = tls::Layer::accept(context_, accepted.fd);
  if (layer == nullptr) {
    ::close(accepted.fd);
    return;
  }
  auto relay = std::make_unique<TlsRelay>(*this, std::move(layer), accepted);
  TlsRelay &begun = *relay;
  relays_.emplace(&begun, std::move(relay));
  begun.begin();
}

std::string TlsRelays::reload() {
  context_ = std::make_shared<tls::Context>(settings_);
  return context_->summary();
}

const TlsRelay *TlsRelays::before(int far_end) const {
  const auto found = by_far_end_.find(far_end);
  return found == by_far_end_.end() ? nullptr : found->second;
}

void TlsRelays::flush() {
  for (const auto &[relay, owned] : relays_) owned->flush();
}

void TlsRelays::advance(Time now) {
  while (auto *const late = static_cast<TlsRelay *>(handshakes_.pop_due(now))) late->late();
  while (auto *const due = static_cast<TlsRelay *>(watched_.pop_due(now))) due->look_after();
}

std::optional<Time> TlsRelays::next() const {
  const auto handshake = handshakes_.next();
  const auto watched = watched_.next();
  return handshake && watched ? std::min(handshake, watched) : (handshake ? handshake : watched);
}

void TlsRelays::schedule(DeadlineQueue &queue, TlsRelay &relay) {
  queue.push(relay, Clock::now());
  schedule_();
}

// The number of a far end may have been given to another relay's since.
void TlsRelays::end(TlsRelay &relay) {
  const auto found = by_far_end_.find(relay.far_end_);
  if (found != by_far_end_.end() && found->second == &relay) by_far_end_.erase(found);
  relays_.erase(&relay);
}

}  // namespace slipring::websocket
