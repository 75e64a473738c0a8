// Fanout: one event into the queues of all who want the same bytes of it.
//
// An event is rendered once for each instance of an adapter and format, framed once for each
// transport, and referenced by every queue. A queue that is full makes room by its reader's drop
// policy; what is not sent leaves a place in the queue where it is announced, in order, before
// whatever comes behind it.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/subscribe.h>

#include <array>
#include <string_view>
#include <vector>

#include "bus/filter_index.hpp"
#include "bus/streams.hpp"
#include "session/reading.hpp"
#include "session/rendering.hpp"
#include "session/session.hpp"

namespace slipring::observe {
class Counter;
class Counters;
}  // namespace slipring::observe

namespace slipring::session {

class ShardSessions;

// What a plugin sees of an event; valid as long as the event and this are.
class EventView {
 public:
  // `flags`: beside those of its record.
  EventView(const event::Event &event, const bus::Streams &streams, uint32_t flags);
  const slipring_event_view *abi() const { return &view_; }

 private:
  std::array<char, 96> printed_;
  slipring_event_view view_;
};

class Fanout {
 public:
  Fanout(ShardSessions &sessions, const bus::Streams &streams, observe::Counters &counters);

  // Between begin() and end() renderings of that event are kept.
  void begin(const event::EventRef &event, uint32_t flags);
  void end();

  // Queues the event for a session in the reading's format. False: there is no room, and it belongs
  // to a stream, which the reading can read later.
  bool queue_shared(Session &session, Reading &reading);
  // For deliver.h: the same with values for its holes; never dropped.
  slipring_status queue_delivery(Session &session, const event::EventRef &event, uint64_t format,
                                 slipring_bytes holes, std::string_view cursor);

  // Events of a reading are missing behind what is queued.
  void add_gap(Session &session, Reading &reading, const OpenGap &missing);
  // Makes the message of a gap's place in the queue; the place may be left empty.
  void announce(Session &session, size_t index);

  // What the adapter is told of an open gap; the texts are valid until the next call.
  slipring_gap describe(const Reading &reading, const OpenGap &gap);

  const bus::Streams &streams() const { return streams_; }

 private:
  struct Made {
    const plugin::Instance *adapter;
    uint64_t format;
    RenderingRef rendering;  // null: the adapter refused
  };

  Rendering *rendering_for(Session &session, uint64_t format);
  RenderingRef render(const Session &session, const event::EventRef &event, uint64_t format);
  bool make_room(Session &session, Reading &reading, const event::Event &incoming, size_t size);
  void drop(Session &session, Reading &reading, const event::Event &event);
  void drop_queued(Session &session, size_t index, Reading &taker);
  void lose(Session &session, Reading &reading, const event::Event &event, const char *reason);

  ShardSessions &sessions_;
  const bus::Streams &streams_;
  const event::EventRef *event_ = nullptr;
  uint32_t flags_ = 0;
  std::vector<Made> made_;
  uint64_t queued_ = 0;  // since begin(): an atomic addition for each delivery is a quarter of it
  RenderBuffer buffer_;
  std::array<char, 96> from_;
  std::array<char, 96> to_;

  observe::Counter &rendered_total_;
  observe::Counter &render_errors_total_;
  observe::Counter &queued_total_;
  observe::Counter &dropped_total_;
  observe::Counter &gaps_total_;
};

}  // namespace slipring::session
