#include "host/operator_feed.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace slipring::host {

namespace asio = boost::asio;

namespace {
// Taken at once: as much again as the limits is never under way.
constexpr size_t most_items = 256;
constexpr size_t most_bytes = 256 * 1024;
}  // namespace

void OperatorFeed::begin(const bus::Origin &origin) {
  const std::lock_guard lock(mutex_);
  add(origin, 0);
}

bool OperatorFeed::put(const event::EventRef &event) {
  const std::lock_guard lock(mutex_);
  const size_t size = event->size();
  if (events_ > 0 && (events_ == limits_.events || bytes_ + size > limits_.bytes)) {
    const schema::RecordHeader &record = event->record();
    if (record.stream() != 0) {
      room_wanted_ = true;
      return false;
    }
    add_gap({0, 0, 0, 0, 1});
    return true;
  }
  for (const bus::Missed &gap : std::exchange(gaps_, {})) add(gap, 0);
  ++events_;
  add(event, size);
  return true;
}

size_t OperatorFeed::capacity() {
  const std::lock_guard lock(mutex_);
  if (events_ < limits_.events && bytes_ < limits_.bytes) return limits_.bytes - bytes_;
  room_wanted_ = true;
  return 0;
}

void OperatorFeed::refuse(const Status &why) {
  const std::lock_guard lock(mutex_);
  add(why, 0);
}

void OperatorFeed::miss(const bus::Missed &missed) {
  const std::lock_guard lock(mutex_);
  add_gap(missed);
}

void OperatorFeed::add(Item item, size_t bytes) {
  if (entries_.empty()) wake();
  bytes_ += bytes;
  entries_.push_back({std::move(item), bytes});
}

void OperatorFeed::add_gap(const bus::Missed &missed) {
  const auto found = std::find_if(gaps_.begin(), gaps_.end(), [&](const bus::Missed &gap) {
    return gap.stream == missed.stream && gap.epoch == missed.epoch;
  });
  if (found != gaps_.end()) {
    found->to = missed.to;
    found->count += missed.count;
    return;
  }
  if (entries_.empty() && gaps_.empty()) wake();
  gaps_.push_back(missed);
}

void OperatorFeed::wake() {
  asio::post(control_, [self = shared_from_this()] { self->signal_.cancel(); });
}

std::vector<OperatorFeed::Item> OperatorFeed::take_now() {
  const std::lock_guard lock(mutex_);
  std::vector<Item> items;
  size_t bytes = 0;
  while (!entries_.empty() && items.size() < most_items && bytes < most_bytes) {
    Entry &entry = entries_.front();
    bytes += entry.bytes;
    events_ -= std::holds_alternative<event::EventRef>(entry.item) ? 1 : 0;
    items.push_back(std::move(entry.item));
    entries_.pop_front();
  }
  bytes_ -= bytes;
  if (events_ < limits_.events / 2 && bytes_ < limits_.bytes / 2 &&
      std::exchange(room_wanted_, false) && room_) {
    room_();
  }
  if (entries_.empty()) {
    for (const bus::Missed &gap : std::exchange(gaps_, {})) items.emplace_back(gap);
  }
  return items;
}

asio::awaitable<std::vector<OperatorFeed::Item>> OperatorFeed::take() {
  for (;;) {
    std::vector<Item> items = take_now();
    if (!items.empty() || ended_) co_return items;
    boost::system::error_code woken;
    signal_.expires_at(asio::steady_timer::time_point::max());
    co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

void OperatorFeed::end() {
  ended_ = true;
  signal_.cancel();
}

}  // namespace slipring::host
