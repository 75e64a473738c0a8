// The response: the half of HttpProfile that the client sees.
#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "session/http_head.hpp"
#include "session/http_profile.hpp"
#include "session/shard_events.hpp"
#include "session/shard_sessions.hpp"
#include "session/write_batch.hpp"
#include "shard/running.hpp"

namespace slipring::session {

namespace {

using Outcome = Exchange::Outcome;

BufferRef copy_of(slipring_bytes bytes) {
  BufferRef copy = BufferRef::allocate(bytes.size);
  if (bytes.size != 0) std::memcpy(copy.fill(), bytes.data, bytes.size);
  return copy;
}

size_t offer_to_transport(const Session &session, const WriteBatch &batch) {
  const shard::Running::Call running(session.link->generation, "write");
  return session.link->exchanges->write(session.link->instance, session.connection, batch.pieces(),
                                        batch.piece_count());
}

}  // namespace

slipring_status HttpProfile::respond(const slipring_host *host, slipring_session id,
                                     const slipring_http_head &head) {
  constexpr uint32_t first_final = 200;
  Session *const session = find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  Exchange &exchange = *session->exchange;
  if (session->closing || exchange.response != SLIPRING_HTTP_NONE) {
    return SLIPRING_FAILED_PRECONDITION;
  }
  if (!is_sound(head)) return SLIPRING_INVALID_ARGUMENT;
  const bool is_final = head.code >= first_final;
  if (!is_final && session->queue.bytes() >= sessions_.limits().queue_bytes) {
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
  queue_head(*session, head);
  if (!is_final) return SLIPRING_OK;
  constexpr uint32_t no_content = 204;
  constexpr uint32_t not_modified = 304;
  exchange.response = SLIPRING_HTTP_HEAD;
  exchange.promised = head.length;
  exchange.has_no_body = head.code == no_content || head.code == not_modified;
  return SLIPRING_OK;
}

void HttpProfile::queue_head(Session &session, const slipring_http_head &head) {
  OutboundQueue::Entry entry;
  entry.content = OutboundQueue::Content::head;
  entry.framed = keep(head);
  sessions_.push(session, std::move(entry));
}

slipring_status HttpProfile::send(const slipring_host *host, slipring_session id,
                                  slipring_bytes bytes) {
  Session *const session = find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  Exchange &exchange = *session->exchange;
  if (session->closing || exchange.response != SLIPRING_HTTP_HEAD) {
    return SLIPRING_FAILED_PRECONDITION;
  }
  if (bytes.size == 0) return SLIPRING_OK;
  if (exchange.has_no_body || bytes.size > exchange.promised - exchange.sent) {
    return SLIPRING_OUT_OF_RANGE;
  }
  if (exchange.sends_body()) {
    if (!sessions_.admits(*session, bytes.size)) return SLIPRING_RESOURCE_EXHAUSTED;
    OutboundQueue::Entry entry;
    entry.framed = copy_of(bytes);
    sessions_.push(*session, std::move(entry));
  }
  exchange.sent += bytes.size;
  return SLIPRING_OK;
}

slipring_status HttpProfile::finish(const slipring_host *host, slipring_session id,
                                    std::span<const slipring_field> trailers) {
  Session *const session = find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  Exchange &exchange = *session->exchange;
  if (session->closing || exchange.response != SLIPRING_HTTP_HEAD) {
    return SLIPRING_FAILED_PRECONDITION;
  }
  if (!are_sound(trailers)) return SLIPRING_INVALID_ARGUMENT;
  const bool lacks_some = exchange.promised != SLIPRING_LENGTH_UNKNOWN && exchange.sends_body() &&
                          exchange.sent < exchange.promised;
  if (lacks_some) {
    sessions_.adapter_failed(*session);
    return SLIPRING_OUT_OF_RANGE;
  }
  if (!trailers.empty()) exchange.trailers = keep(trailers);
  exchange.response = SLIPRING_HTTP_ENDED;
  session->closing = true;
  session->end_cause = SLIPRING_END_ADAPTER;
  sessions_.mark_dirty(*session);
  return SLIPRING_OK;
}

slipring_status HttpProfile::reset(const slipring_host *host, slipring_session id,
                                   slipring_status why) {
  Session *const session = find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  Exchange &exchange = *session->exchange;
  const bool is_ending = session->close_sent || exchange.outcome != Outcome::as_queued;
  if (is_ending) return SLIPRING_FAILED_PRECONDITION;
  give_up(*session, SLIPRING_END_ADAPTER, 0, {});
  exchange.response = SLIPRING_HTTP_ENDED;
  exchange.outcome = Outcome::abort;
  exchange.why = why;
  return SLIPRING_OK;
}

// While its state is imported a session is not yet its new version's.
slipring_status HttpProfile::progress(const slipring_host *host, slipring_session id,
                                      slipring_http_progress &progress) {
  Session *const session = sessions_.is_importing(host, id) ? find(id) : find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  const Exchange &exchange = *session->exchange;
  uint64_t queued = 0;
  for (size_t i = 0; i < session->queue.places(); ++i) {
    const OutboundQueue::Entry &entry = session->queue.at(i);
    if (entry.content == OutboundQueue::Content::message) queued += entry.size();
  }
  progress = {sizeof(slipring_http_progress),
              exchange.request_ended ? uint32_t{SLIPRING_HTTP_ENDED} : uint32_t{SLIPRING_HTTP_HEAD},
              exchange.response,
              exchange.consumed,
              exchange.sends_body() ? exchange.taken + queued : exchange.sent,
              exchange.promised};
  return SLIPRING_OK;
}

bool HttpProfile::write(Session &session) {
  if (session.exchange->outcome != Outcome::as_queued) {
    session.queue.clear();
    return true;
  }
  if (session.queue.at(0).content == OutboundQueue::Content::head) {
    hand_over_head(session);
    return true;
  }
  WriteBatch &batch = sessions_.batch();
  const size_t places = sessions_.prepare(session, batch);
  const Exchange &exchange = *session.exchange;
  if (exchange.outcome != Outcome::as_queued) return true;  // by what announces a gap
  if (batch.empty() || !exchange.sends_body()) {
    session.queue.pop(places);
    return true;
  }
  // Of what an adapter sends itself both are seen to before; but it may subscribe too early, or
  // promise a length all the same.
  if (!exchange.head_taken || batch.bytes() > exchange.promised - exchange.taken) {
    fail(session);
    return true;
  }
  const size_t taken = std::min(batch.bytes(), offer_to_transport(session, batch));
  sessions_.note_taken(session, taken > 0);
  session.exchange->taken += taken;
  session.sent += taken;
  sent_total_.add(taken);
  take_out(session, batch, places, taken);
  return taken == batch.bytes();
}

void HttpProfile::hand_over_head(Session &session) {
  const BufferRef buffer = session.queue.at(0).framed;
  session.queue.pop(1);
  const KeptHead kept(buffer);
  // The final one is the last: the response is there when all heads before it are handed over.
  const bool more_heads =
      !session.queue.empty() && session.queue.at(0).content == OutboundQueue::Content::head;
  session.exchange->head_taken = session.exchange->response != SLIPRING_HTTP_NONE && !more_heads;
  const shard::Running::Call running(session.link->generation, "respond");
  session.link->exchanges->respond(session.link->instance, session.connection, kept.abi());
}

// Of the first `places` of the queue, which are in the batch, the transport has taken that many
// bytes.
void HttpProfile::take_out(Session &session, const WriteBatch &batch, size_t places, size_t taken) {
  size_t whole = 0;
  for (; whole < batch.size() && taken >= batch.size_of(whole); ++whole) {
    taken -= batch.size_of(whole);
  }
  if (whole == batch.size()) return session.queue.pop(places);
  // What is left of an entry with holes stays as it was offered.
  BufferRef rest;
  const bool has_holes = session.queue.at(batch.place(whole)).has_holes();
  if (taken != 0 && has_holes) {
    rest = BufferRef::allocate(batch.size_of(whole) - taken);
    batch.copy_rest(whole, taken, rest.fill());
  }
  session.queue.pop(batch.place(whole));
  if (taken == 0) return;
  has_holes ? session.queue.replace_first(std::move(rest)) : session.queue.take_of_first(taken);
}

void HttpProfile::say_end(Session &session) {
  Exchange &exchange = *session.exchange;
  const TransportLink &link = *session.link;
  const shard::Running::Call running(link.generation, "finish");
  switch (exchange.outcome) {
    case Outcome::as_queued: {
      const KeptHead trailers(exchange.trailers);
      link.exchanges->finish(link.instance, session.connection, trailers.abi()->fields,
                             trailers.abi()->field_count);
      break;
    }
    case Outcome::own_answer:
      answer(session);
      break;
    case Outcome::abort:
      link.exchanges->reset(link.instance, session.connection, exchange.why);
      break;
  }
}

// A line is taken whole by any transport that has just taken a head; if not, the client is not to
// wait for the rest of it.
void HttpProfile::answer(Session &session) {
  const Exchange &exchange = *session.exchange;
  const TransportLink &link = *session.link;
  const std::string text = session.close_reason + '\n';
  const slipring_field type = {to_bytes(std::string_view("content-type")),
                               to_bytes(std::string_view("text/plain; charset=utf-8"))};
  const slipring_http_head head = {sizeof(slipring_http_head), &type, 1, text.size(),
                                   exchange.own_code,          0};
  link.exchanges->respond(link.instance, session.connection, &head);
  const slipring_bytes body = to_bytes(text);
  const bool whole =
      exchange.answers_head ||
      link.exchanges->write(link.instance, session.connection, &body, 1) == body.size;
  if (whole) {
    link.exchanges->finish(link.instance, session.connection, nullptr, 0);
  } else {
    link.exchanges->reset(link.instance, session.connection, exchange.why);
  }
}

void HttpProfile::end_by_host(Session &session, uint8_t cause, std::string_view reason) {
  constexpr uint16_t internal_server_error = 500;
  constexpr uint16_t service_unavailable = 503;
  if (session.close_sent || session.exchange->outcome != Outcome::as_queued) return;
  // A client that takes nothing gets no end either: it would pass for that of the whole.
  if (session.closing && cause != SLIPRING_END_LIMIT) return;
  const bool at_any_point = cause == SLIPRING_END_HOST || cause == SLIPRING_END_DEADLINE;
  if (at_any_point && session.exchange->is_endless()) {
    session.exchange->response = SLIPRING_HTTP_ENDED;
    session.closing = true;
    session.end_cause = cause;
    sessions_.mark_dirty(session);
    return;
  }
  // Its answer has what there is, and where to go on.
  if (at_any_point && waits_for_events(session)) return sessions_.events()->end_waits(session);
  give_up(session, cause, cause == SLIPRING_END_ERROR ? internal_server_error : service_unavailable,
          reason);
}

void HttpProfile::give_up(Session &session, uint8_t cause, uint16_t code, std::string_view reason) {
  Exchange &exchange = *session.exchange;
  exchange.outcome = exchange.head_taken ? Outcome::abort : Outcome::own_answer;
  exchange.own_code = code;
  exchange.why = static_cast<slipring_status>(ending_code(cause));
  session.close_reason = reason;
  session.closing = true;
  session.end_cause = cause;
  session.blocked = false;  // what it was to be sent is not sent
  sessions_.mark_dirty(session);
}

// Also of a response whose end has been queued.
void HttpProfile::fail(Session &session) {
  sessions_.count_adapter_error();
  constexpr uint16_t internal_server_error = 500;
  give_up(session, SLIPRING_END_ERROR, internal_server_error, "internal error");
}

uint32_t HttpProfile::ending_code(uint8_t cause) const {
  if (cause == SLIPRING_END_HOST || cause == SLIPRING_END_DEADLINE) return SLIPRING_UNAVAILABLE;
  return cause == SLIPRING_END_LIMIT ? SLIPRING_RESOURCE_EXHAUSTED : SLIPRING_INTERNAL;
}

bool HttpProfile::ends_with_host(const Session &session) const {
  return session.exchange->is_endless() || waits_for_events(session);
}

bool HttpProfile::waits_for_events(const Session &session) const {
  return sessions_.events() != nullptr && sessions_.events()->reads_with_wait(session);
}

}  // namespace slipring::session
