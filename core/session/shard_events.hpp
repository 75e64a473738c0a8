// ShardEvents: events and the sessions of one shard.
//
// It stands between the bus and adapters. From an adapter come publishes and subscriptions, each
// with a token; the bus says when they are done, and brings events. What an event becomes on the
// wire is the Fanout's; what is offered event by event is here (delivering.cpp).
//
// Operations, readings and deliveries belong to the session: they outlive the generation of the
// adapter that asked for them.
//
// Thread-safety: its shard. Adapters are called from the bus's drain(), from round_end() and from
// sweep(), never from inside their own calls.
#pragma once

#include <slipring/ext/deliver.h>
#include <slipring/ext/read.h>
#include <slipring/ext/subscribe.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "bus/port.hpp"
#include "bus/shard_bus.hpp"
#include "session/deliveries.hpp"
#include "session/fanout.hpp"
#include "session/operations.hpp"
#include "session/reading.hpp"
#include "session/reads.hpp"
#include "session/shard_sessions.hpp"
#include "session/timers.hpp"

namespace slipring::session {

class ShardEvents final : public bus::Receiver {
 public:
  // All outlive it.
  ShardEvents(ShardSessions &sessions, bus::ShardBus &bus, const bus::Network &network,
              observe::Counters &counters);
  ~ShardEvents() override;

  // The one that belongs to this thread's shard, or nullptr.
  static ShardEvents *current();
  void bind_to_thread();

  // From an adapter's instance; see slipring_events_host, slipring_subscribe_host,
  // slipring_completion_host, slipring_timer_host and slipring_deliver_host.
  slipring_status publish(const slipring_host *host, slipring_session id,
                          const slipring_publish *events, size_t count, const slipring_tag *tag,
                          slipring_token *token, uint32_t *failed);
  slipring_bytes why() const { return to_bytes(why_); }
  slipring_status print(const slipring_position &position, const slipring_writer &writer) const;
  slipring_status add(const slipring_host *host, slipring_session id,
                      const slipring_subscription &subscription, const slipring_tag *tag,
                      slipring_token *token);
  slipring_status remove(const slipring_host *host, slipring_session id, uint64_t reading);
  slipring_status cursor(const slipring_host *host, slipring_session id, uint64_t reading,
                         const slipring_writer &writer);
  slipring_status read(const slipring_host *host, slipring_session id, const slipring_read &read,
                       const slipring_tag *tag, slipring_token *token);
  slipring_status cancel(const slipring_host *host, slipring_session id, slipring_token token);
  slipring_status wait_room(const slipring_host *host, slipring_session id, uint64_t bytes,
                            const slipring_tag *tag, slipring_token *token);
  slipring_status after(const slipring_host *host, slipring_session id, uint64_t nanoseconds,
                        const slipring_tag *tag, slipring_token *token);
  slipring_status again(const slipring_host *host, slipring_session id, slipring_token token,
                        uint64_t nanoseconds);
  slipring_status set_window(const slipring_host *host, slipring_session id, uint32_t window);
  slipring_status queue(const slipring_host *host, slipring_session id,
                        slipring_delivery_id delivery, uint64_t format, slipring_bytes holes);
  slipring_status settle(const slipring_host *host, slipring_session id,
                         slipring_delivery_id delivery, uint32_t outcome, uint64_t delay_ns);
  slipring_status ready(const slipring_host *host, slipring_session id);
  slipring_status resend(const slipring_host *host, slipring_session id,
                         const slipring_delivery_id *of, size_t count);

  // From the bus.
  void deliver(const event::EventRef &event, std::span<const bus::Match> matches,
               uint32_t flags) override;
  void missed(const bus::Missed &missed, std::span<const bus::Match> matches) override;
  size_t capacity(bus::Match who) override;
  void subscribed(bus::Match who, const bus::Origin &origin) override;
  void refused(bus::Match who, const Status &why) override;
  void published(uint64_t token, const bus::Published &published) override;
  void room() override;

  // At the end of each round, behind the bus's drain(): completions and deliveries that were asked
  // for in it.
  void round_end(Clock::time_point now);

  // Something is left for another round, which may have to be brought about.
  bool has_more() const;
  // When a round is needed at the latest, for timers and for reads that wait.
  std::optional<Clock::time_point> next_due() const;

  // From ShardSessions.
  Fanout &fanout() { return fanout_; }
  void session_ended(Session &session);
  void queue_shrank(Session &session);
  std::string cursor_of(Session &session, const Reading &reading) const;
  // The session waits with PENDING, and nothing will ever end that.
  bool waits_in_vain(const Session &session) const;
  // Whether it reads and would wait, should there be nothing.
  bool reads_with_wait(const Session &session);
  // Its reads wait no more: they give what there is at the end of this round.
  void end_waits(const Session &session);

  // What a move changes: tags and formats in the terms of a state schema.
  struct Carried {
    std::vector<std::pair<slipring_token, KeptTag>> tags;
    std::vector<slipring_token> cancelled;
    std::vector<uint64_t> formats;  // of the readings, then of the ended ones; or none: unchanged
  };
  // For a move to `to`. No schema: they stay as they are. An error: the session cannot move.
  Result<Carried> carry(const Session &session, const plugin::Generation &to,
                        std::optional<uint32_t> schema);
  void apply(Session &session, const Carried &carried);

 private:
  // Operations that complete at the end of the round.
  struct Done {
    slipring_token token;
    slipring_status status;
  };
  // Readings whose options were changed.
  struct Changed {
    slipring_session session;
    uint32_t serial;
  };
  struct Delayed {
    slipring_session session;
    Delivery delivery;
  };

  // shard_events.cpp: operations
  slipring_status refuse(slipring_status code, std::string text);
  slipring_status full(Session *session);
  slipring_status full_of_operations(const Session &session);
  slipring_status begin_operation(Session &session, uint32_t kind, const slipring_tag *tag,
                                  slipring_token *token, Operation **made);
  void complete(slipring_token token, slipring_status status, const void *result,
                std::string_view text);
  Status check_can_serve(const Session &session, const plugin::Generation &to);
  Status carry_tag(const Operation &operation, const plugin::Generation &from, uint32_t schema,
                   Carried &carried);

  // publishing.cpp
  Result<event::EventRef> take(const slipring_publish &publish) const;

  // reading_once.cpp
  Status check(const slipring_read &read, std::span<const std::string> filters) const;
  bool may_wait(const Operation &operation) const;
  void finish_read(uint64_t token, const ReadBatch &batch);

  // subscribing.cpp
  Status check(const Session &session, const slipring_subscription &subscription) const;
  Status check_reach(const slipring_subscription &subscription) const;
  Result<bus::Start> start_of(const slipring_start *given) const;
  Status check_limits(const Session &session, const slipring_subscription &subscription) const;
  void change(Reading &reading, const slipring_subscription &subscription);
  bool is_ahead_of_others(Session &session, const EndedReading &ended) const;
  void forget_ended(Session &session);
  void begin_reading(Session &session, const slipring_subscription &subscription, bus::Start start,
                     const Operation &operation);
  void tell_subscribed(Reading &reading, const bus::Origin &origin);
  void tell_changed();
  void forget_operation(Operation &operation);
  // `origin` in the ABI's terms; valid as long as what it is given.
  struct Told {
    std::string cursor;
    std::string gap_from;
    std::string gap_to;
    slipring_origin origin{};
  };
  void tell(const bus::Origin &origin, Told &told) const;
  std::string position_text(uint32_t stream, uint64_t epoch, uint64_t sequence) const;
  std::string cursor_text(const bus::Origin &origin) const;

  // delivering.cpp
  bool has_had(Session &session, bus::Match who, const event::Event &event) const;
  void deliver_to(Session &session, const event::EventRef &event,
                  std::span<const bus::Match> wanted, uint32_t flags);
  void fall_behind(Session &session, const event::Event &event, std::span<const bus::Match> wanted,
                   const Reading &first);
  void look_for_those_behind(Session &session);
  void enqueue(Session &session, const event::EventRef &event, std::span<const bus::Match> wanted,
               uint32_t flags);
  void drop_incoming(Session &session, Reading &reading, const event::Event &event);
  bool is_full_of_waiting(const Session &session, const event::Event &incoming) const;
  bool make_room_among_waiting(Session &session, Reading &reading, const event::Event &incoming);
  static std::optional<size_t> victim_among_waiting(const Deliveries &deliveries, uint8_t drop,
                                                    const event::Event &incoming);
  void drop_waiting(Session &session, size_t index, Reading &taker);
  void hand_over_gaps(Session &session, Reading &from);
  void add_gap_among_waiting(Session &session, Reading &reading, const OpenGap &gap);
  void list(Session &session);
  void offer(Session &session);
  bool offer_one(Session &session);
  void announce_gap(Session &session, const Delivery &place);

  // settling.cpp
  Deliveries *deliveries_for(const slipring_host *host, slipring_session id, Session *&session);
  void return_to_waiting(Session &session, Delivery delivery);
  void end_delays();

  ShardSessions &sessions_;
  const bus::Streams &streams_;
  const event::Limits event_limits_;
  Operations operations_;
  Timers timers_;
  bus::Port port_;
  Reads reads_;
  Fanout fanout_;
  std::string why_;
  std::vector<event::EventRef> publishing_;
  std::vector<Done> done_;
  std::vector<Changed> changed_;
  std::vector<slipring_session> want_room_;  // wait for the bus
  std::vector<slipring_session> to_offer_;   // have deliveries, or room for some
  std::vector<Delayed> delayed_;             // refused with a delay
  const Delivery *offering_ = nullptr;       // inside the adapter's `deliver`
  Clock::time_point now_{};

  observe::Counter &published_total_;
  observe::Counter &refused_total_;
  observe::Counter &rejected_total_;
};

}  // namespace slipring::session
