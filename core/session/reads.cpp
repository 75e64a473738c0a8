#include "session/reads.hpp"

#include <algorithm>

namespace slipring::session {

Reads::Reads(bus::ShardBus &bus, Finished finished)
    : port_(bus, *this), finished_(std::move(finished)) {}

uint32_t Reads::begin(uint64_t token, std::span<const std::string> filters, bus::Start start,
                      const ReadLimits &limits) {
  const uint32_t serial = next_serial_++;
  Read &read = reads_[serial];
  read.token = token;
  read.limits = limits;
  read.begins_now = start.kind == bus::Start::Kind::now;
  start.fresh = true;
  port_.subscribe(match(serial), filters, std::move(start));
  return serial;
}

void Reads::forget(uint32_t serial) {
  if (!reads_.contains(serial)) return;
  extract(serial);
  port_.unsubscribe(match(serial));
}

Reads::Read Reads::extract(uint32_t serial) {
  Read read = std::move(reads_.extract(serial).mapped());
  if (read.until) ends_.erase({*read.until, serial});
  return read;
}

// The wait begins with the round in which all there is had been read.
void Reads::wait(uint32_t serial, Read &read) {
  if (std::exchange(read.waits, true)) return;
  begun_.push_back(serial);
}

bool Reads::may_wait(uint32_t serial) const {
  const auto found = reads_.find(serial);
  return found != reads_.end() && found->second.limits.wait.count() != 0;
}

void Reads::end_wait(uint32_t serial) {
  Read &read = reads_.at(serial);
  read.limits.wait = {};
  if (read.waits) ripe_.push_back(serial);
}

void Reads::round_end(Clock::time_point now) {
  for (const uint32_t serial : std::exchange(begun_, {})) {
    Read *const read = find(match(serial));
    if (read == nullptr) continue;
    read->until = now + read->limits.wait;
    ends_.insert({*read->until, serial});
  }
  std::vector<uint32_t> over = std::exchange(ripe_, {});
  for (auto end = ends_.begin(); end != ends_.end() && end->first <= now; ++end) {
    over.push_back(end->second);
  }
  for (const uint32_t serial : over) {
    if (reads_.contains(serial)) finish(match(serial), port_.stand(match(serial)), false);
  }
}

std::optional<Clock::time_point> Reads::next() const {
  if (ends_.empty()) return std::nullopt;
  return ends_.begin()->first;
}

Reads::Read *Reads::find(bus::Match who) {
  const auto found = reads_.find(who.subscription);
  return found == reads_.end() ? nullptr : &found->second;
}

void Reads::deliver(const event::EventRef &event, std::span<const bus::Match> matches,
                    uint32_t flags) {
  for (const bus::Match who : matches) {
    if (Read *const read = find(who)) take(who, *read, event, flags);
  }
}

void Reads::take(bus::Match who, Read &read, const event::EventRef &event, uint32_t flags) {
  const uint32_t stream = event->record().stream();
  const uint64_t sequence = event->record().sequence();
  ReadBatch &batch = read.batch;
  if (!batch.events.empty() && read.bytes + event->size() > read.limits.bytes) {
    finish_before(who, stream, sequence);
    return;
  }
  batch.events.emplace_back(event, flags);
  if (read.waits && batch.events.size() == 1) ripe_.push_back(who.subscription);
  read.bytes += event->size();
  if (batch.events.size() >= read.limits.events || read.bytes >= read.limits.bytes) {
    finish_before(who, stream, sequence + 1);
  }
}

void Reads::missed(const bus::Missed &missed, std::span<const bus::Match> matches) {
  for (const bus::Match who : matches) {
    if (Read *const read = find(who)) take_gap(who, *read, missed);
  }
}

void Reads::take_gap(bus::Match who, Read &read, const bus::Missed &missed) {
  if (!read.batch.events.empty()) {
    finish_before(who, missed.stream, missed.from);
  } else if (!read.batch.origin.gap) {
    read.batch.origin.gap = missed;
    if (read.waits) ripe_.push_back(who.subscription);
  } else if (read.batch.origin.gap->stream == missed.stream) {
    read.batch.origin.gap->to = missed.to;
  }
}

void Reads::level(bus::Match who) {
  Read *const read = find(who);
  if (read == nullptr) return;
  const bool has_something = !read->batch.events.empty() || read->batch.origin.gap;
  if (has_something || read->limits.wait.count() == 0) {
    finish(who, port_.stand(who), false);
  } else {
    wait(who.subscription, *read);
  }
}

size_t Reads::capacity(bus::Match who) {
  const Read *const read = find(who);
  if (read == nullptr || read->bytes >= read->limits.bytes) return 1;
  return read->limits.bytes - read->bytes;
}

void Reads::subscribed(bus::Match who, const bus::Origin &origin) {
  Read &read = *find(who);
  read.batch.origin = origin;
  if (origin.positions.empty() || read.begins_now) level(who);
}

void Reads::refused(bus::Match who, const Status &why) {
  Read read = extract(who.subscription);
  read.batch.status = why;
  finished_(read.token, read.batch);
}

void Reads::finish_before(bus::Match who, uint32_t stream, uint64_t sequence) {
  bus::Origin end = port_.stand(who);
  for (event::Position &position : end.positions) {
    if (position.stream == stream) position.sequence = std::min(position.sequence, sequence - 1);
  }
  finish(who, std::move(end), true);
}

void Reads::finish(bus::Match who, bus::Origin end, bool more) {
  Read read = extract(who.subscription);
  port_.unsubscribe(who);
  read.batch.end = std::move(end);
  read.batch.more = more;
  finished_(read.token, read.batch);
}

}  // namespace slipring::session
