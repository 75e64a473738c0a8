#include "host/operator_publisher.hpp"

#include <utility>

namespace slipring::host {

namespace {
Status stopping() {
  return Status::unavailable("the host is stopping");
}
}  // namespace

OperatorPublisher::OperatorPublisher(boost::asio::io_context &loop, bus::ShardBus &bus,
                                     std::chrono::nanoseconds patience)
    : patience_(patience), timer_(loop), port_(bus, *this) {}

void OperatorPublisher::publish(event::EventRef event, Done done) {
  if (closed_) return done(stopping());
  if (waiting_.empty() && try_to_publish(event, done)) return;
  waiting_.push_back({std::move(event), std::move(done), Clock::now() + patience_});
  if (waiting_.size() == 1) wait_for_deadline();
}

bool OperatorPublisher::try_to_publish(event::EventRef &event, Done &done) {
  const uint64_t token = last_token_ + 1;
  if (port_.publish({&event, 1}, token) == bus::Port::Answer::full) return false;
  last_token_ = token;
  asked_.emplace(token, std::move(done));
  return true;
}

void OperatorPublisher::published(uint64_t token, const bus::Published &published) {
  const auto asked = asked_.extract(token);
  if (asked.empty()) return;
  if (published.status != SLIPRING_OK) {
    asked.mapped()(Status(published.status, std::string(published.why)));
  } else {
    asked.mapped()(Receipt{published.positions.front(), published.duplicate});
  }
}

void OperatorPublisher::room() {
  while (!waiting_.empty() && try_to_publish(waiting_.front().event, waiting_.front().done)) {
    waiting_.pop_front();
  }
}

void OperatorPublisher::wait_for_deadline() {
  timer_.expires_at(waiting_.front().deadline);
  timer_.async_wait([this](const boost::system::error_code &error) {
    if (!error) expire();
  });
}

void OperatorPublisher::expire() {
  const auto now = Clock::now();
  while (!waiting_.empty() && waiting_.front().deadline <= now) {
    const Done done = std::move(waiting_.front().done);
    waiting_.pop_front();
    done(Status::unavailable("the bus had no room for it; nothing was published, try again later"));
  }
  if (!waiting_.empty()) wait_for_deadline();
}

void OperatorPublisher::close() {
  closed_ = true;
  timer_.cancel();
  for (const Waiting &each : std::exchange(waiting_, {})) each.done(stopping());
  for (const auto &[token, done] : std::exchange(asked_, {})) {
    done(Status::unavailable("the host stopped before it said where the event stands"));
  }
}

}  // namespace slipring::host
