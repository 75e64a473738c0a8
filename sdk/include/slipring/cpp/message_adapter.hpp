// Message adapters in C++: write a class, get the tables of the C ABI.
//
//   StatelessMessageAdapter<Handler>        nothing to remember per client; continuity `rebind`
//   MessageAdapter<Connection [, Shard]>    one Connection per client; `handoff` or `drain`
//
// What the class may have; only on_message is required:
//
//   Status on_open(Session, const Handshake &)   not OK refuses the client, which is told the text
//   Status on_message(Session, const Message &)
//   void   on_close(const Ending &)              the session is over; nothing can be sent
//   static constexpr Input input = Input::parts;     on_message is offered what has come so far
//
// Where a Status is returned, void will do. With Input::parts, on_message may return a size_t: how
// many bytes it used, from the front; the rest is offered again, if need be to the next version.
//
// For continuity `handoff`, a Connection also has
//
//   Status save(Writer &, uint32_t schema) const     every schema that load takes; changes nothing
//   Status load(std::string_view exported, uint32_t schema)     on a new object; verifies, sends
//                                                               nothing; not OK: it stays behind
//
// With events (session.hpp publishes and subscribes, event_builder.hpp makes events), whichever of
// these are there:
//
//   Status on_published(Session, const Published &)     what became of a publish with a tag
//   Status on_subscribed(Session, const Subscribed &)   nothing of it is queued before this returns
//   Status on_read(Session, const Batch &)              what Session::read brought
//   Status on_room(Session, const Completion &)         after Session::wait_room
//   Status on_timer(Session, const Completion &)        after Session::set_timer
//   Status render_gap(Session, const Gap &, RenderWriter &)    events are missing, in their place
//   Status deliver(Session, const Delivery &)           each event of a per-session subscription
//   void   on_gap(Session, const Gap &)                 as render_gap, for those
//   void   on_farewell(Session, const Ending &, const Comeback &)   the host is about to end it
//
// and on the object of the shard
//
//   Status render(uint64_t format, const EventView &, RenderWriter &)   an event, once for everyone
//   Status export_tag(const Tag &, uint32_t schema, Writer &)           when tags or formats have
//   Status export_format(uint64_t format, uint32_t schema, uint64_t &)  changed between versions
//
// Here too void will do for Status. What a completion answers goes to the host: PENDING leaves what
// waits waiting, any other failure ends the session.
//
// With `Status self_test()` on the object of the shard a host asks it, in a process of its own,
// whether it works, before it loads the build (ext/self-test.h); with `Status health()`, again and
// again whether it is well, while the host can still go back to the version before (ext/health.h);
// with `Status describe(std::string_view path, Writer &)`, what it answers at the mount `path`, for
// OpenAPI and AsyncAPI documents (ext/description.h).
//
// A Handler or Shard lives once per shard: counters, settings, caches. It is made from
// (const Host &, std::string_view settings), (const Host &) or nothing; `settings` is JSON that
// the host has held against the manifest's schema. A Connection is made from (Shard &) or nothing.
// A constructor refuses by throwing Error.
//
// Thread-safety: everything of one shard is called on that shard's thread, one call at a time. No
// mutex is needed, and nothing may wait.
#ifndef SLIPRING_CPP_MESSAGE_ADAPTER_HPP
#define SLIPRING_CPP_MESSAGE_ADAPTER_HPP

#include <slipring/cpp/detail/message_tables.hpp>

namespace slipring::sdk {

struct NoShard {};

template <class Handler>
using StatelessMessageAdapter = detail::MessageTables<detail::PerShard<Handler>>;

template <class Connection, class Shard = NoShard>
using MessageAdapter = detail::MessageTables<detail::PerConnection<Connection, Shard>>;

}  // namespace slipring::sdk

#endif
