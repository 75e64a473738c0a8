#include "session/fanout.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "event/position.hpp"
#include "observe/counters.hpp"
#include "plugin/guard.hpp"
#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

// Of a rendering, before its frame.
constexpr size_t max_rendering = size_t{16} << 20;
// Empty places a queue may keep besides those that hold something.
constexpr size_t spare_places = 64;

// The values of a rendering's holes in their order; nothing when it has none to be filled now.
BufferRef hole_values(const Rendering &rendering, slipring_bytes given, std::string_view cursor) {
  const size_t size = rendering.given_size() + rendering.cursors() * cursor.size();
  if (size == 0) return {};
  BufferRef values = BufferRef::allocate(size);
  uint8_t *to = values.fill();
  const uint8_t *from = given.data;
  for (const Hole &hole : rendering.holes()) {
    if (hole.kind == SLIPRING_HOLE_GIVEN) {
      to = std::copy_n(from, hole.length, to);
      from += hole.length;
    } else if (hole.kind == SLIPRING_HOLE_CURSOR) {
      to = std::copy(cursor.begin(), cursor.end(), to);
    }
  }
  return values;
}

std::string_view print(const bus::Streams &streams, uint32_t stream, uint64_t epoch,
                       uint64_t sequence, std::span<char> to) {
  const stream::History *const history = streams.find(stream);
  if (history == nullptr) return {};
  return {to.data(), event::print_position(history->name(), epoch, sequence, to)};
}

}  // namespace

EventView::EventView(const event::Event &event, const bus::Streams &streams, uint32_t flags)
    : view_{} {
  const schema::RecordHeader &record = event.record();
  view_.struct_size = sizeof(view_);
  view_.event = to_bytes(event.flatbuffer());
  view_.topic = to_bytes(event.topic());
  view_.position = {record.stream(), record.epoch(), record.sequence()};
  view_.recorded_ns = record.recorded_ns();
  view_.printed =
      to_bytes(print(streams, record.stream(), record.epoch(), record.sequence(), printed_));
  view_.flags = record.flags() | flags;
  view_.expires_in_s = event.time_to_live_ms() == 0 ? UINT32_MAX : seconds_left(event);
}

Fanout::Fanout(ShardSessions &sessions, const bus::Streams &streams, observe::Counters &counters)
    : sessions_(sessions),
      streams_(streams),
      buffer_(max_rendering),
      rendered_total_(counters.counter("events_rendered_total")),
      render_errors_total_(counters.counter("event_render_errors_total")),
      queued_total_(counters.counter("events_queued_total")),
      dropped_total_(counters.counter("events_dropped_total")),
      gaps_total_(counters.counter("gaps_announced_total")) {}

void Fanout::begin(const event::EventRef &event, uint32_t flags) {
  event_ = &event;
  flags_ = flags;
}

void Fanout::end() {
  if (queued_ != 0) queued_total_.add(std::exchange(queued_, 0));
  event_ = nullptr;
  made_.clear();
}

Rendering *Fanout::rendering_for(Session &session, uint64_t format) {
  const auto known = std::ranges::find_if(made_, [&](const Made &made) {
    return made.adapter == session.adapter && made.format == format;
  });
  if (known == made_.end()) {
    made_.push_back({session.adapter, format, render(session, *event_, format)});
    return made_.back().rendering.get();
  }
  // Perhaps made for a session of another profile.
  Rendering *const rendering = known->rendering.get();
  const bool fits = rendering != nullptr && session.link->profile->can_send(rendering->kind());
  return fits ? rendering : nullptr;
}

RenderingRef Fanout::render(const Session &session, const event::EventRef &event, uint64_t format) {
  plugin::Instance &adapter = *session.adapter;
  const EventView view(*event, streams_, flags_);
  uint8_t kind = 0;
  buffer_.clear();
  const slipring_status code = plugin::guard(adapter, "render", [&] {
    return adapter.generation.render()->render(adapter.adapter, format, view.abi(), buffer_.abi(),
                                               &kind);
  });
  if (code != SLIPRING_OK || buffer_.overflowed() || !session.link->profile->can_send(kind)) {
    render_errors_total_.add();
    return {};
  }
  rendered_total_.add();
  return RenderingRef(
      new Rendering(event, kind, buffer_.text(), buffer_.holes(), session.link->messages));
}

bool Fanout::queue_shared(Session &session, Reading &reading) {
  Rendering *const rendering = rendering_for(session, reading.format);
  const event::Event &event = **event_;
  if (rendering == nullptr || rendering->given_size() != 0) {
    lose(session, reading, event, "not rendered");
    return true;
  }
  std::string cursor;
  if (rendering->cursors() != 0) cursor = sessions_.cursor_of(session, reading);
  const Framed &framed = rendering->framed(session.link->messages, cursor.size());
  const size_t size = framed.bytes.size() + cursor.size();
  const bool of_stream = event.record().stream() != 0;
  if (sessions_.is_full(session.queue, size)) {
    if (of_stream) return false;
    if (!make_room(session, reading, event, size)) {
      drop(session, reading, event);
      return true;
    }
  }
  OutboundQueue::Entry entry;
  entry.framed = framed.bytes;
  entry.header_size = framed.header_size;
  entry.kind = rendering->kind();
  entry.rendering = rendering;
  entry.reading = reading.serial;
  // What is queued of a stream has been read: it is never dropped for something else.
  const uint8_t drop = of_stream ? uint8_t{0} : reading.drop;
  entry.drop = drop;
  entry.holes = hole_values(*rendering, {}, cursor);
  sessions_.push(session, std::move(entry));
  if (session.overflow) session.overflow->pushed(session.queue, drop, event);
  ++queued_;
  return true;
}

void Fanout::drop(Session &session, Reading &reading, const event::Event &event) {
  if (reading.drop == SLIPRING_DROP_DISCONNECT) {
    sessions_.end_by_host(session, SLIPRING_END_LIMIT, "not reading");
  } else {
    lose(session, reading, event, "slow reader");
  }
}

slipring_status Fanout::queue_delivery(Session &session, const event::EventRef &event,
                                       uint64_t format, slipring_bytes holes,
                                       std::string_view cursor) {
  const event::EventRef *const before = std::exchange(event_, &event);
  const bool kept = before != nullptr && before->get() == event.get();
  RenderingRef rendering =
      kept ? RenderingRef(rendering_for(session, format)) : render(session, event, format);
  event_ = before;
  if (!rendering) return SLIPRING_INTERNAL;
  if (holes.size != rendering->given_size()) return SLIPRING_INVALID_ARGUMENT;
  const Framed &framed = rendering->framed(session.link->messages, cursor.size());
  OutboundQueue::Entry entry;
  entry.framed = framed.bytes;
  entry.header_size = framed.header_size;
  entry.kind = rendering->kind();
  entry.holes = hole_values(*rendering, holes, cursor);
  entry.rendering = std::move(rendering);
  sessions_.push(session, std::move(entry));
  queued_total_.add();
  return SLIPRING_OK;
}

bool Fanout::make_room(Session &session, Reading &reading, const event::Event &incoming,
                       size_t size) {
  if (reading.drop == SLIPRING_DROP_NEWEST || reading.drop == SLIPRING_DROP_DISCONNECT) {
    return false;
  }
  if (!session.overflow) session.overflow = std::make_unique<Overflow>();
  OutboundQueue &queue = session.queue;
  if (queue.places() > 2 * queue.size() + spare_places) {
    queue.compact();
    session.overflow->numbers_changed();
  }
  while (sessions_.is_full(queue, size)) {
    const auto victim = session.overflow->victim(queue, reading.drop, incoming);
    if (!victim) return false;
    drop_queued(session, *victim, reading);
  }
  return true;
}

// One event that is queued gives way to one of `taker`. The first of its reading's leaves the place
// of the gap. Whose reading has ended since is announced by the taker: it was promised to be sent.
void Fanout::drop_queued(Session &session, size_t index, Reading &taker) {
  const OutboundQueue::Entry &entry = session.queue.at(index);
  const schema::RecordHeader record = entry.rendering->event().record();
  Reading *const own = session.readings->find_serial(entry.reading);
  Reading &reading = own == nullptr ? taker : *own;
  dropped_total_.add();
  const OpenGap missing{record.stream(), record.epoch(), record.sequence(), record.sequence(), 1,
                        "slow reader"};
  if (OpenGap *const gap = reading.open_gap(record.stream())) {
    gap->extend(missing);
    session.queue.drop(index);
    return;
  }
  reading.gaps.push_back(missing);
  session.queue.drop_for_gap(index, reading.serial, record.stream());
}

void Fanout::lose(Session &session, Reading &reading, const event::Event &event,
                  const char *reason) {
  dropped_total_.add();
  const schema::RecordHeader &record = event.record();
  add_gap(session, reading,
          {record.stream(), record.epoch(), record.sequence(), record.sequence(), 1, reason});
}

void Fanout::add_gap(Session &session, Reading &reading, const OpenGap &missing) {
  if (OpenGap *const gap = reading.open_gap(missing.stream)) {
    gap->extend(missing);
    return;
  }
  reading.gaps.push_back(missing);
  OutboundQueue::Entry place;
  place.content = OutboundQueue::Content::gap;
  place.reading = reading.serial;
  place.stream = missing.stream;
  sessions_.push(session, std::move(place));
}

void Fanout::announce(Session &session, size_t index) {
  const OutboundQueue::Entry &place = session.queue.at(index);
  Reading *const reading =
      session.readings ? session.readings->find_serial(place.reading) : nullptr;
  OpenGap *const gap = reading == nullptr ? nullptr : reading->open_gap(place.stream);
  plugin::Instance &adapter = *session.adapter;
  if (gap == nullptr || adapter.generation.render() == nullptr ||
      adapter.generation.render()->render_gap == nullptr) {
    session.queue.drop(index);
    return;
  }
  const slipring_gap described = describe(*reading, *gap);
  uint8_t kind = 0;
  buffer_.clear();
  const slipring_status code = plugin::guard(adapter, "render_gap", [&] {
    return adapter.generation.render()->render_gap(adapter.adapter, session.id, session.state,
                                                   &described, buffer_.abi(), &kind);
  });
  reading->gaps.erase(reading->gaps.begin() + (gap - reading->gaps.data()));
  if (code != SLIPRING_OK || buffer_.overflowed() || !buffer_.holes().empty()) {
    render_errors_total_.add();
    session.queue.drop(index);
    return;
  }
  if (buffer_.text().empty()) {
    session.queue.drop(index);
    return;
  }
  gaps_total_.add();
  session.queue.announce(
      index, frame_message(session.link->messages, kind, buffer_.text().size(), buffer_.text()),
      kind);
}

slipring_gap Fanout::describe(const Reading &reading, const OpenGap &gap) {
  return {sizeof(slipring_gap),
          reading.id,
          reading.format,
          to_bytes(print(streams_, gap.stream, gap.epoch, gap.from, from_)),
          to_bytes(print(streams_, gap.stream, gap.epoch, gap.to, to_)),
          gap.count,
          to_bytes(std::string_view(gap.reason))};
}

}  // namespace slipring::session
