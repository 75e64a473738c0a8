#include "bus/stream_sequencer.hpp"

#include <algorithm>
#include <array>

#include "observe/log.hpp"

namespace slipring::bus {

namespace {

// Of one group.
constexpr size_t most_events = 4096;
constexpr size_t most_bytes = size_t{8} << 20;
constexpr size_t batch = 32;

bool is_durable(const StreamLine &line) {
  return line.history().durable();
}

bool wants_sync(const StreamLine &line) {
  return line.history().settings().durability == stream::Durability::fsync &&
         !line.staged().empty();
}

}  // namespace

StreamSequencer::StreamSequencer(Network &network, stream::Log *log, observe::Counters &counters)
    : network_(network),
      log_(log),
      wakes_(network.writer(), network),
      dispatch_(network.writer(), network, wakes_),
      sequenced_total_(counters.counter("events_sequenced_total")),
      missed_total_(counters.counter("events_missed_total")),
      deduplicated_total_(counters.counter("publishes_deduplicated_total")),
      groups_total_(counters.counter("log_groups_total")),
      errors_total_(counters.counter("log_errors_total")) {
  for (const auto &history : network.streams().all()) {
    std::vector<stream::Known> known;
    if (history->durable()) known = log->deduplication(history->number());
    lines_.emplace_back(history, known);
  }
  committed_.resize(lines_.size());
}

bool StreamSequencer::drain() {
  wakes_.running();
  do_posted();
  const bool more = gather();
  if (!asked_.empty()) commit();
  dispatch_.announce();
  wakes_.send_all();
  if (const uint64_t missed = dispatch_.take_missed(); missed != 0) missed_total_.add(missed);
  if (more) wakes_.coming_back();
  return more;
}

bool StreamSequencer::gather() {
  now_ns_ = network_.now_ns();
  first_ = (first_ + 1) % network_.shards();
  size_t events = 0;
  size_t bytes = 0;
  for (uint32_t i = 0; i < network_.shards(); ++i) {
    const uint32_t shard = (first_ + i) % network_.shards();
    Network::RequestLane &lane = network_.requests(shard, network_.writer());
    std::array<Request *, batch> requests;
    while (const size_t count = lane.pop(requests)) {
      for (size_t k = 0; k < count; ++k) {
        events += std::max<size_t>(1, requests[k]->events.size());
        bytes += requests[k]->bytes;
        take(shard, *requests[k]);
      }
      if (events >= most_events || bytes >= most_bytes) return true;
    }
  }
  return false;
}

void StreamSequencer::take(uint32_t shard, Request &request) {
  switch (request.kind) {
    case Request::Kind::publish:
      stage(request);
      asked_.push_back({shard, &request});
      return;
    case Request::Kind::want:
    case Request::Kind::unwant:
    case Request::Kind::stand:
      turn(shard, request);
      return;
  }
}

// It waits for what was asked before it.
void StreamSequencer::turn(uint32_t shard, Request &request) {
  if (asked_.empty()) {
    take_turn(shard, request);
    return;
  }
  Turn &turn = turns_.emplace_back(Turn{shard, &request, {}});
  for (const StreamLine &line : lines_) turn.staged.push_back(line.staged().size());
}

// Up to the last event that was sent the shard reads; what follows is sent to it.
void StreamSequencer::take_turn(uint32_t shard, Request &request) {
  if (request.kind == Request::Kind::unwant) {
    dispatch_.unwant(shard, request.filter);
  } else {
    if (request.kind == Request::Kind::want) dispatch_.want(shard, request.filter);
    request.last.clear();
    for (size_t i = 0; i < lines_.size(); ++i) {
      const stream::History &history = lines_[i].history();
      const uint64_t unsent = committed_[i].events.size() - committed_[i].sent;
      request.last.push_back({history.number(), history.epoch(), history.last() - unsent});
    }
  }
  dispatch_.answer(shard, request);
}

// All of its events or none.
void StreamSequencer::stage(Request &request) {
  marks_.clear();
  if (request.events.size() > 1) {
    for (const StreamLine &line : lines_) marks_.push_back(line.mark());
  }
  for (size_t i = 0; i < request.events.size(); ++i) {
    auto staged = line(request.positions[i].stream).stage(std::move(request.events[i]), now_ns_);
    if (!staged) {
      request.refusal = {staged.status().code(), static_cast<uint32_t>(i),
                         staged.status().message()};
      for (size_t k = 0; k < marks_.size(); ++k) lines_[k].take_back(marks_[k]);
      return;
    }
    request.positions[i] = staged->position;
    request.duplicate |= staged->duplicate;
    if (staged->duplicate) deduplicated_total_.add();
  }
}

void StreamSequencer::commit() {
  if (const Status status = write(); !status.is_ok()) refuse_durable(status);
  send();
  for (const Asked &asked : asked_) {
    asked.request->events.clear();
    dispatch_.answer(asked.shard, *asked.request);
  }
  asked_.clear();
}

Status StreamSequencer::write() {
  if (log_ == nullptr) return Status::ok();
  std::vector<stream::Group> groups;
  for (const StreamLine &line : lines_) {
    if (!is_durable(line) || line.staged().empty()) continue;
    groups.push_back({line.history().number(), line.staged(), line.staged_ids()});
  }
  if (groups.empty()) return Status::ok();
  groups_total_.add();
  return log_->append(groups, std::ranges::any_of(lines_, wants_sync));
}

// What is in memory alone does not depend on the log. What exactly failed, with the names of files,
// is in the host's log; publishers are told what it means for them.
void StreamSequencer::refuse_durable(const Status &why) {
  const std::string_view reason =
      why.code() == SLIPRING_RESOURCE_EXHAUSTED
          ? "the host's disk is full: nothing of this was published; publish it again later"
          : "the host cannot write its log: nothing of this was published; publish it again later";
  errors_total_.add();
  for (StreamLine &line : lines_) {
    if (is_durable(line)) line.take_back({});
  }
  for (const Asked &asked : asked_) {
    // Also of what was refused: its condition was held against events that have been taken back.
    const bool durable = std::ranges::any_of(
        asked.request->positions,
        [&](const event::Position &position) { return is_durable(line(position.stream)); });
    if (durable) asked.request->refusal = {why.code(), 0, std::string(reason)};
  }
}

void StreamSequencer::send() {
  for (size_t i = 0; i < lines_.size(); ++i) {
    committed_[i] = {lines_[i].commit(), 0};
    if (!committed_[i].events.empty()) sequenced_total_.add(committed_[i].events.size());
  }
  for (const Turn &turn : turns_) {
    for (size_t i = 0; i < lines_.size(); ++i) send(i, turn.staged[i]);
    take_turn(turn.shard, *turn.request);
  }
  turns_.clear();
  for (size_t i = 0; i < lines_.size(); ++i) {
    send(i, committed_[i].events.size());
    committed_[i] = {};
  }
}

// Up to there; of a line that could not be written there is nothing.
void StreamSequencer::send(size_t line, size_t end) {
  Committed &committed = committed_[line];
  end = std::min(end, committed.events.size());
  while (committed.sent < end) {
    dispatch_.send_to_all(std::move(committed.events[committed.sent++]));
  }
}

void StreamSequencer::post(std::function<void()> work) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(work));
  }
  const uint32_t self = network_.writer();
  if (!network_.about_to_run(self).exchange(true, std::memory_order_acq_rel)) network_.wake(self);
}

void StreamSequencer::do_posted() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (const auto &work : posted) work();
}

Status StreamSequencer::purge(stream::History &history, uint64_t through) {
  if (history.durable()) {
    if (Status status = log_->purge(history.number(), through); !status.is_ok()) return status;
  }
  history.trim(std::min(through, history.last()) + 1);
  return Status::ok();
}

void StreamSequencer::tick() {
  if (log_ != nullptr) {
    log_->tick();
    for (const stream::StreamState &state : log_->streams()) {
      stream::History *const history = network_.streams().find(state.name);
      if (history != nullptr) history->trim(state.first);
    }
    begin_epochs();
  }
  for (const StreamLine &line : lines_) {
    if (!is_durable(line)) line.history().expire(network_.now_ns());
  }
}

// Of streams in which damage was found while they were read.
void StreamSequencer::begin_epochs() {
  for (const uint32_t stream : log_->suspects()) {
    const auto epoch = log_->begin_epoch(stream);
    if (epoch && network_.streams().find(stream) != nullptr) {
      line(stream).history().begin_epoch(*epoch);
    }
  }
}

StreamLine &StreamSequencer::line(uint32_t stream) {
  return *std::ranges::find_if(
      lines_, [&](const StreamLine &line) { return line.history().number() == stream; });
}

}  // namespace slipring::bus
