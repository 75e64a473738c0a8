// A client's session: what an adapter sends to, publishes as, subscribes for and closes. It is a
// name, not a connection: cheap to copy, and it stays right when the session moves to another
// version of the plugin.
//
// What takes time answers at once and completes later, in on_published, on_subscribed and
// on_read of whichever version then serves the session. Called from on_message it may also answer
// PENDING: nothing was taken. Answer that yourself (`if (!status.ok()) return status;`), with
// nothing sent or changed, and the same message is offered again when there is room.
//
// Thread-safety: use it on the shard's thread only, which is where an adapter is called.
#ifndef SLIPRING_CPP_SESSION_HPP
#define SLIPRING_CPP_SESSION_HPP

#include <slipring/ext/adapter.h>

#include <chrono>
#include <optional>
#include <slipring/cpp/completion.hpp>
#include <slipring/cpp/delivery.hpp>
#include <slipring/cpp/host_tables.hpp>
#include <slipring/cpp/message.hpp>
#include <slipring/cpp/publication.hpp>
#include <slipring/cpp/status.hpp>
#include <slipring/cpp/subscription.hpp>
#include <string>

namespace slipring::sdk {

// A session that the host has dialled (ext/dial.h). Borrowed as slipring_link says.
struct Link {
  std::string_view name;      // as configured
  std::string_view bookmark;  // empty: none was left
};

class Session {
 public:
  // REQUIRES: `host` outlives every copy.
  Session(const HostTables &host, slipring_session id) noexcept : host_(&host), id_(id) {}

  slipring_session id() const noexcept { return id_; }

  // Queues one message; the bytes are copied, order of calls is order on the wire.
  // RESOURCE_EXHAUSTED: the client does not read and its queue is full, nothing was queued.
  // NOT_FOUND, FAILED_PRECONDITION: the session is gone, or going.
  Status send(MessageKind kind, std::string_view text) noexcept {
    return host_->messages->send(host_->host, id_, static_cast<uint8_t>(kind), bytes(text));
  }
  Status send_text(std::string_view text) noexcept { return send(MessageKind::text, text); }
  Status send_binary(std::string_view data) noexcept { return send(MessageKind::binary, data); }

  // Ends the session once what is queued has been sent; on_close follows. `code`: SLIPRING_CLOSE_…
  // or another of RFC 6455 §7.4; `reason`: UTF-8, at most 123 bytes.
  Status close(uint16_t code = SLIPRING_CLOSE_NORMAL, std::string_view reason = {}) noexcept {
    return host_->messages->close(host_->host, id_, code, bytes(reason));
  }

  // Publishes a finished event (event_builder.hpp), perhaps with an expectation; on_published
  // follows, with the tag. Any refusal comes with the host's words for the client.
  Status publish(const Publication &publication, const Tag &tag) {
    const slipring_publish one = publication.raw();
    return publish(std::span(&one, 1), tag);
  }
  // The same, and nobody asks how it came out.
  Status publish(const Publication &publication) {
    if (host_->events == nullptr) return HostTables::lacking(SLIPRING_EVENTS);
    const slipring_publish one = publication.raw();
    return host_->explained(
        host_->events->publish(host_->host, id_, &one, 1, nullptr, nullptr, nullptr));
  }
  // Several, all or none of them; `*failed` is the one that was refused.
  Status publish(std::span<const slipring_publish> events, const Tag &tag,
                 uint32_t *failed = nullptr) {
    if (host_->events == nullptr) return HostTables::lacking(SLIPRING_EVENTS);
    const slipring_tag raw = tag_of(tag);
    slipring_token token = 0;
    uint32_t ignored = 0;
    return host_->explained(host_->events->publish(host_->host, id_, events.data(), events.size(),
                                                   &raw, &token, failed ? failed : &ignored));
  }

  // Subscribes; on_subscribed follows, before the first event.
  Status subscribe(const Subscription &wanted, const Tag &tag) {
    if (host_->subscriptions == nullptr) return HostTables::lacking(SLIPRING_SUBSCRIBE);
    const slipring_start start = raw_of(wanted.start);
    slipring_subscription raw{};
    raw.struct_size = sizeof raw;
    raw.id = wanted.id;
    raw.filters = wanted.filters.data();
    raw.filter_count = wanted.filters.size();
    raw.start = &start;
    raw.mode = static_cast<uint32_t>(wanted.mode);
    raw.drop = static_cast<uint32_t>(wanted.drop);
    raw.format = wanted.format;
    raw.skip_own = wanted.skip_own;
    const slipring_tag raw_tag = tag_of(tag);
    slipring_token token = 0;
    return host_->explained(host_->subscriptions->add(host_->host, id_, &raw, &raw_tag, &token));
  }

  // Reads once; on_read follows.
  Status read(const ReadQuery &wanted, const Tag &tag) {
    if (host_->reads == nullptr) return HostTables::lacking(SLIPRING_READ);
    const slipring_start start = raw_of(wanted.start);
    const slipring_read raw{sizeof raw,   wanted.filters.data(), wanted.filters.size(), &start,
                            wanted.limit, wanted.limit_bytes,    wanted.wait_ns};
    const slipring_tag raw_tag = tag_of(tag);
    slipring_token token = 0;
    return host_->explained(host_->reads->events(host_->host, id_, &raw, &raw_tag, &token));
  }

  // Nothing more is queued for it; a subscribe under way completes with CANCELLED.
  Status unsubscribe(uint64_t id) noexcept {
    if (host_->subscriptions == nullptr) return HostTables::lacking(SLIPRING_SUBSCRIBE);
    return host_->subscriptions->remove(host_->host, id_, id);
  }

  // Appends what a client that has read all that is queued would come back with.
  Status cursor(uint64_t id, std::string &to) {
    if (host_->subscriptions == nullptr) return HostTables::lacking(SLIPRING_SUBSCRIBE);
    const slipring_writer writer = appending(to);
    return host_->subscriptions->cursor(host_->host, id_, id, &writer);
  }

  // Appends a position as text; nothing for an ephemeral topic's.
  Status print(const slipring_position &position, std::string &to) {
    if (host_->events == nullptr) return HostTables::lacking(SLIPRING_EVENTS);
    const slipring_writer writer = appending(to);
    return host_->events->print_position(host_->host, &position, &writer);
  }

  // on_room follows when at most `queued` bytes wait to be sent.
  Status wait_room(uint64_t queued, const Tag &tag) noexcept {
    if (host_->completions == nullptr) return HostTables::lacking(SLIPRING_COMPLETION);
    const slipring_tag raw = tag_of(tag);
    slipring_token token = 0;
    return host_->completions->wait_room(host_->host, id_, queued, &raw, &token);
  }

  // on_timer follows, once, at that time or a little later; in whichever version serves then.
  Status set_timer(std::chrono::nanoseconds after, const Tag &tag) noexcept {
    if (host_->timers == nullptr) return HostTables::lacking(SLIPRING_TIMER);
    const slipring_tag raw = tag_of(tag);
    slipring_token token = 0;
    return host_->timers->after(host_->host, id_, static_cast<uint64_t>(after.count()), &raw,
                                &token);
  }

  // Nothing: a client's session.
  std::optional<Link> link() const noexcept {
    slipring_link found{sizeof found, {}, {}};
    if (host_->dials == nullptr) return std::nullopt;
    if (host_->dials->link_of(host_->host, id_, &found) != SLIPRING_OK) return std::nullopt;
    return Link{view(found.name), view(found.bookmark)};
  }
  // What the link's next session is to begin with; at most SLIPRING_BOOKMARK_MAX bytes.
  Status set_bookmark(std::string_view bookmark) noexcept {
    if (host_->dials == nullptr) return HostTables::lacking(SLIPRING_DIAL);
    return host_->dials->set_bookmark(host_->host, id_, bytes(bookmark));
  }

  Deliveries deliveries() const noexcept { return {*host_, id_}; }

 protected:
  const HostTables &host() const noexcept { return *host_; }

 private:
  static slipring_start raw_of(const Start &start) noexcept {
    return {sizeof(slipring_start), start.kind, static_cast<uint32_t>(start.cursors.size()),
            start.number, start.cursors.data()};
  }
  static slipring_tag tag_of(const Tag &tag) noexcept { return {bytes(tag.bytes), tag.kind, 0}; }

  static slipring_writer appending(std::string &to) noexcept {
    return {&to, [](void *context, slipring_bytes more) -> slipring_status {
              static_cast<std::string *>(context)->append(view(more));
              return SLIPRING_OK;
            }};
  }

  const HostTables *host_;
  slipring_session id_;
};

}  // namespace slipring::sdk

#endif
