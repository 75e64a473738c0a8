#include "session/event_extensions.hpp"

#include <slipring/ext/timer.h>

#include <new>

#include "session/shard_events.hpp"

namespace slipring::session {
namespace {

// Leads a call to this thread's events. Out of memory is an answer here: an exception must not run
// through the plugin's C frames.
template <auto function>
struct Led;

template <class... Arguments,
          slipring_status (ShardEvents::*function)(const slipring_host *, Arguments...)>
struct Led<function> {
  static slipring_status call(const slipring_host *host, Arguments... arguments) noexcept {
    ShardEvents *const events = ShardEvents::current();
    if (events == nullptr) return SLIPRING_NOT_FOUND;
    try {
      return (events->*function)(host, arguments...);
    } catch (const std::bad_alloc &) {
      return SLIPRING_RESOURCE_EXHAUSTED;
    }
  }
};

slipring_bytes why(const slipring_host *) {
  const ShardEvents *const events = ShardEvents::current();
  return events == nullptr ? slipring_bytes{} : events->why();
}

slipring_status print_position(const slipring_host *, const slipring_position *position,
                               const slipring_writer *writer) {
  const ShardEvents *const events = ShardEvents::current();
  return events == nullptr ? SLIPRING_NOT_FOUND : events->print(*position, *writer);
}

slipring_status add(const slipring_host *host, slipring_session session,
                    const slipring_subscription *subscription, const slipring_tag *tag,
                    slipring_token *token) {
  return Led<&ShardEvents::add>::call(host, session, *subscription, tag, token);
}

slipring_status read(const slipring_host *host, slipring_session session, const slipring_read *read,
                     const slipring_tag *tag, slipring_token *token) {
  return Led<&ShardEvents::read>::call(host, session, *read, tag, token);
}

slipring_status cursor(const slipring_host *host, slipring_session session, uint64_t id,
                       const slipring_writer *writer) {
  return Led<&ShardEvents::cursor>::call(host, session, id, *writer);
}

slipring_status settle(const slipring_host *host, slipring_session session,
                       slipring_delivery_id delivery, uint32_t outcome, uint64_t delay_ns,
                       const slipring_note *note) {
  if (note != nullptr) return SLIPRING_UNIMPLEMENTED;
  return Led<&ShardEvents::settle>::call(host, session, delivery, outcome, delay_ns);
}

uint64_t now(const slipring_host *) {
  return Timers::number_of(Clock::now());
}

constexpr slipring_completion_host completion_table{sizeof(slipring_completion_host),
                                                    &Led<&ShardEvents::cancel>::call,
                                                    &Led<&ShardEvents::wait_room>::call};
constexpr slipring_timer_host timer_table{sizeof(slipring_timer_host),
                                          &Led<&ShardEvents::after>::call,
                                          &Led<&ShardEvents::again>::call, &now};
constexpr slipring_events_host events_table{
    sizeof(slipring_events_host), &Led<&ShardEvents::publish>::call, &why, &print_position};
constexpr slipring_subscribe_host subscribe_table{sizeof(slipring_subscribe_host), &add,
                                                  &Led<&ShardEvents::remove>::call, &cursor};
constexpr slipring_read_host read_table{sizeof(slipring_read_host), &read};
constexpr slipring_deliver_host deliver_table{
    sizeof(slipring_deliver_host),   &Led<&ShardEvents::set_window>::call,
    &Led<&ShardEvents::queue>::call, &settle,
    &Led<&ShardEvents::ready>::call, &Led<&ShardEvents::resend>::call};

}  // namespace

void add_event_extensions(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_COMPLETION, &completion_table);
  extensions.add(SLIPRING_TIMER, &timer_table);
  extensions.add(SLIPRING_EVENTS, &events_table);
  extensions.add(SLIPRING_SUBSCRIBE, &subscribe_table);
  extensions.add(SLIPRING_READ, &read_table);
  extensions.add(SLIPRING_DELIVER, &deliver_table);
}

}  // namespace slipring::session
