#include "session/http_profile.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"
#include "session/http_head.hpp"
#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

std::string_view origin_of(const slipring_http_request &request) {
  for (const slipring_field &field : std::span(request.fields, request.field_count)) {
    if (to_text(field.name) == "origin") return to_text(field.value);
  }
  return {};
}

slipring_http_request for_adapter(const slipring_http_request &request,
                                  const access::Admission &admission) {
  slipring_http_request asked = request;
  if (admission.query) asked.query = to_bytes(*admission.query);
  asked.identity = to_bytes(admission.identity);
  return asked;
}

}  // namespace

HttpProfile::HttpProfile(ShardSessions &sessions, observe::Counters &counters)
    : sessions_(sessions),
      requests_total_(counters.counter("http_requests_total")),
      received_total_(counters.counter("http_body_bytes_received_total")),
      sent_total_(counters.counter("http_body_bytes_sent_total")),
      too_big_total_(counters.counter("messages_too_big_total")) {}

Session *HttpProfile::find(slipring_session id) {
  Session *const session = sessions_.table().find(id);
  return session != nullptr && session->exchange ? session : nullptr;
}

Session *HttpProfile::find(const slipring_host *host, slipring_session id) {
  Session *const session = sessions_.find_for(host, id);
  return session != nullptr && session->exchange ? session : nullptr;
}

bool HttpProfile::is_served_by(const plugin::Generation &adapter) const {
  return adapter.http_adapter() != nullptr;
}

slipring_status HttpProfile::open(const slipring_host *host, uint32_t endpoint, void *connection,
                                  const slipring_http_request &request, slipring_session &id,
                                  const slipring_writer &reason) {
  if (const auto &why = sessions_.refusal(); !why.empty()) {
    return sessions_.refuse(SLIPRING_UNAVAILABLE, why, reason);
  }
  if (!sessions_.has_link(host, *this)) {
    return sessions_.refuse(SLIPRING_INTERNAL, "the transport's manifest lacks this profile",
                            reason);
  }
  auto choice = sessions_.chooser().choose_http(sessions_.shard(), endpoint, request);
  if (!choice) {
    return sessions_.refuse(choice.status().code(), choice.status().message(), reason);
  }
  Session *const session = sessions_.add(host, *this, connection, *choice, to_text(request.peer));
  if (session == nullptr) {
    return sessions_.refuse(SLIPRING_RESOURCE_EXHAUSTED, "too many sessions", reason);
  }
  session->exchange = std::make_unique<Exchange>();
  Exchange &exchange = *session->exchange;
  exchange.answers_head = to_text(request.method) == "HEAD";
  exchange.input_ended = exchange.request_ended = request.length == 0;
  plugin::Instance &adapter = *session->adapter;
  const slipring_http_request asked = for_adapter(request, choice->admission);
  const Opening opening{session->id, choice->admission, origin_of(request)};
  const Opening *const outer = sessions_.set_opening(&opening);
  slipring_status code = plugin::guard(adapter, "open", [&] {
    return adapter.generation.http_adapter()->open(adapter.adapter, session->id, &asked, &reason,
                                                   &session->state);
  });
  sessions_.set_opening(outer);
  if (code == SLIPRING_PENDING) code = SLIPRING_INTERNAL;
  if (code != SLIPRING_OK) {
    sessions_.take_back(*session);
    return sessions_.refuse(code, {}, reason);
  }
  requests_total_.add();
  sessions_.begin(*session);
  id = session->id;
  return SLIPRING_OK;
}

void HttpProfile::body(slipring_session id, slipring_bytes bytes, bool more) {
  Session *const session = find(id);
  if (session == nullptr || session->exchange->input_ended) return;
  session->exchange->input_ended = !more;
  session->received += bytes.size;
  received_total_.add(bytes.size);
  if (session->closing) return;
  if (!session->waiting) return offer(*session, to_text(bytes));
  // What the transport had read already when it was told to stop.
  if (session->input.size() + bytes.size > 2 * sessions_.limits().message) return too_big(*session);
  session->input += to_text(bytes);
}

void HttpProfile::trailers(slipring_session id, std::span<const slipring_field> fields) {
  Session *const session = find(id);
  if (session == nullptr || session->closing || session->exchange->input_ended) return;
  session->exchange->request_trailers = keep(fields);
}

// Offers what is held and what has just come behind it. What the adapter leaves stays with the
// session.
void HttpProfile::offer(Session &session, std::string_view fresh) {
  Exchange &exchange = *session.exchange;
  const bool from_buffer = !session.input.empty();
  if (from_buffer) session.input += fresh;
  const std::string_view bytes = from_buffer ? std::string_view(session.input) : fresh;
  const bool last = exchange.input_ended;
  if (bytes.empty() && !last) return;
  plugin::Instance &adapter = *session.adapter;
  size_t consumed = 0;
  const slipring_status code = sessions_.call_with_input(session, "body", [&] {
    return adapter.generation.http_adapter()->body(adapter.adapter, session.id, session.state,
                                                   to_bytes(bytes), !last, &consumed);
  });
  const bool waits =
      code == SLIPRING_PENDING && consumed <= bytes.size() && sessions_.may_wait(session);
  if (!waits && (code != SLIPRING_OK || consumed > bytes.size())) sessions_.adapter_failed(session);
  exchange.consumed += std::min(consumed, bytes.size());
  // Only here: until now the adapter may have been reading from it.
  if (session.closing || (last && !waits)) {
    std::string().swap(session.input);
  } else if (from_buffer) {
    session.input.erase(0, consumed);
  } else {
    session.input = fresh.substr(consumed);
  }
  if (session.closing) return;
  if (waits) {
    sessions_.begin_wait(session);
  } else if (last) {
    exchange.request_ended = true;
    offer_trailers(session);
  } else if (consumed == 0 && session.input.size() >= sessions_.limits().message) {
    too_big(session);
  }
}

void HttpProfile::offer_trailers(Session &session) {
  Exchange &exchange = *session.exchange;
  plugin::Instance &adapter = *session.adapter;
  const slipring_http_adapter &calls = *adapter.generation.http_adapter();
  if (exchange.request_trailers.size() == 0 || calls.trailers == nullptr) return;
  const BufferRef trailers = exchange.request_trailers;
  const KeptHead kept(trailers);
  const slipring_status code = sessions_.call_with_input(session, "trailers", [&] {
    return calls.trailers(adapter.adapter, session.id, session.state, kept.abi()->fields,
                          kept.abi()->field_count);
  });
  if (code == SLIPRING_PENDING && sessions_.may_wait(session)) {
    return sessions_.begin_wait(session);
  }
  exchange.request_trailers = {};
  if (code != SLIPRING_OK) sessions_.adapter_failed(session);
}

void HttpProfile::offer_held(Session &session) {
  if (session.closing) return;
  session.exchange->request_ended ? offer_trailers(session) : offer(session, {});
}

void HttpProfile::too_big(Session &session) {
  constexpr uint16_t content_too_large = 413;
  too_big_total_.add();
  give_up(session, SLIPRING_END_LIMIT, content_too_large, "the body is too large");
}

void HttpProfile::set_reading(Session &session, bool reading) {
  const shard::Running::Call running(session.link->generation, "set_reading");
  session.link->exchanges->set_reading(session.link->instance, session.connection, reading);
}

void HttpProfile::closed(slipring_session id, slipring_status status) {
  Session *const session = find(id);
  if (session == nullptr) return;
  uint32_t cause = session->end_cause;
  const bool cut_short = session->exchange->outcome == Exchange::Outcome::as_queued &&
                         cause == SLIPRING_END_ADAPTER && status != SLIPRING_OK;
  if (cause == 0 || cut_short) {
    const bool by_peer = status == SLIPRING_CANCELLED || status == SLIPRING_OK;
    cause = by_peer ? SLIPRING_END_PEER : SLIPRING_END_LOST;
  }
  sessions_.end(*session, cause, static_cast<uint32_t>(status));
}

}  // namespace slipring::session
