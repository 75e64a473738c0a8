#include "shard.hpp"

#include <algorithm>
#include <slipring/cpp/status.hpp>

#include "connection.hpp"

namespace slipring::web {
namespace {

// Deadlines closer together than this are served together.
constexpr auto grain = std::chrono::milliseconds(5);
// Connections told to end, or to give way, in one step of the loop.
constexpr std::size_t visited_at_once = 256;

Deadlines::Times times_of(const Times &times) {
  return {times.tls,           times.head, times.body,  times.idle,
          times.ping_interval, times.pong, times.close, Clock::duration::zero()};
}

std::uint64_t nanoseconds(Clock::duration time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
}

}  // namespace

Shard::Shard(const slipring_host *raw_host, const slipring_loop &shard_loop,
             Settings given_settings)
    : host(raw_host),
      loop(shard_loop),
      settings(std::move(given_settings)),
      counters(host),
      deadlines(times_of(settings.times)),
      front(host),
      compression(settings.websocket),
      context{front, deadlines, counters, settings, &compression},
      poller(
          loop, [](void *self) { static_cast<Shard *>(self)->begin(); }, this),
      tls(settings.tls ? std::make_shared<tls::Context>(*settings.tls) : nullptr),
      timer_(loop.timer(
          &loop,
          [](void *self) {
            static_cast<Shard *>(self)->scheduled_.reset();
            static_cast<Shard *>(self)->advance();
          },
          this)),
      round_end_(loop.round_end_add(
          &loop, [](void *self) { static_cast<Shard *>(self)->end_round(); }, this)) {}

Shard::~Shard() {
  loop.round_end_remove(&loop, round_end_);
  loop.timer_end(timer_);
}

void Shard::end_round() {
  joiner.flush();
  schedule();
}

// What is due now is done in the next step of the loop; the timer is for the rest.
void Shard::schedule() {
  const std::optional<Time> next = deadlines.next();
  if (!next) return;
  const auto delay = *next - deadlines.now();
  if (delay <= Clock::duration::zero()) {
    if (std::exchange(posted_, true)) return;
    loop.post(
        &loop,
        [](void *self) {
          static_cast<Shard *>(self)->posted_ = false;
          static_cast<Shard *>(self)->advance();
        },
        this);
  } else if (!scheduled_ || *next < *scheduled_) {
    scheduled_ = next;
    loop.timer_set(timer_, nanoseconds(std::max<Clock::duration>(delay, grain)));
  }
}

void Shard::advance() {
  begin();
  deadlines.advance();
}

void Shard::later(Connection &connection) {
  if (connection.unsettled) return;
  connection.unsettled = true;
  if (unsettled_.empty()) {
    loop.post(
        &loop, [](void *self) { static_cast<Shard *>(self)->settle(); }, this);
  }
  unsettled_.push_back(&connection);
}

void Shard::settle() {
  begin();
  settling_.swap(unsettled_);
  for (Connection *const connection : settling_) {
    connection->unsettled = false;
    connection->settle();
  }
  settling_.clear();
  report_empty();
}

bool Shard::enter(Connection &connection, std::string_view address) {
  const bool full = settings.connections != 0 && connections_.size() >= settings.connections;
  const auto of_address = addresses_.find(address);
  const bool too_many = settings.connections_per_address != 0 && of_address != addresses_.end() &&
                        of_address->second >= settings.connections_per_address;
  if (full || too_many) {
    counters.connections_refused.add();
    host.log_burst(sdk::LogLevel::warn,
                   full ? "too many connections" : "too many connections from one address");
    return false;
  }
  connection.place = connections_.size();
  connections_.push_back(&connection);
  if (settings.connections_per_address != 0) ++addresses_[std::string(address)];
  return true;
}

void Shard::leave(Connection &connection, std::string_view address) {
  Connection *const last = connections_.back();
  last->place = connection.place;
  connections_[connection.place] = last;
  connections_.pop_back();
  const auto of_address = addresses_.find(address);
  if (of_address != addresses_.end() && --of_address->second == 0) addresses_.erase(of_address);
}

void Shard::drain(void (*empty)(void *), void *user) {
  draining = true;
  begin_visiting(empty, user);
}

void Shard::give_way(void (*empty)(void *), void *user) {
  giving_way = true;
  begin_visiting(empty, user);
}

void Shard::begin_visiting(void (*empty)(void *), void *user) {
  empty_ = empty;
  empty_user_ = user;
  const bool under_way = to_visit_ != 0;
  to_visit_ = connections_.size();
  if (!under_way) visit_some();
  report_empty();
}

// In slices, from the end of the list: whoever leaves meanwhile is replaced by one that was told.
void Shard::visit_some() {
  begin();
  for (std::size_t i = 0; i < visited_at_once && to_visit_ > 0; ++i) {
    to_visit_ = std::min(to_visit_, connections_.size());
    if (to_visit_ == 0) break;
    Connection &connection = *connections_[--to_visit_];
    draining ? connection.drain() : connection.give_way();
  }
  if (to_visit_ == 0) return;
  loop.post(
      &loop, [](void *self) { static_cast<Shard *>(self)->visit_some(); }, this);
}

void Shard::report_empty() {
  if (empty_ == nullptr || !connections_.empty()) return;
  void (*const empty)(void *) = std::exchange(empty_, nullptr);
  empty(empty_user_);
}

void Shard::stop(void (*stopped)(void *), void *user) {
  draining = true;
  empty_ = stopped;
  empty_user_ = user;
  for (Connection *const connection : connections_) connection->drop();
  report_empty();
}

std::string Shard::reload() {
  if (!settings.tls) return "";
  tls = std::make_shared<tls::Context>(*settings.tls);
  return tls->summary();
}

}  // namespace slipring::web
