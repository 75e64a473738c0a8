#include "session/message_profile.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"
#include "session/shard_sessions.hpp"
#include "session/write_batch.hpp"

namespace slipring::session {

namespace {
// RFC 6455 §5.5: a control frame carries at most 125 bytes, two of them the code.
constexpr size_t max_close_reason = 123;

size_t offer_to_transport(const Session &session, const WriteBatch &batch) {
  const shard::Running::Call running(session.link->generation, "write");
  return session.link->messages->write(session.link->instance, session.connection, batch.frames(),
                                       batch.size());
}

// What was said to the host alone is left out.
slipring_message_handshake for_adapter(const slipring_message_handshake &handshake,
                                       const Choice &choice) {
  const auto &query = choice.admission.query;
  return {.struct_size = sizeof(slipring_message_handshake),
          .path = handshake.path,
          .query = query ? to_bytes(*query) : handshake.query,
          .authority = handshake.authority,
          .origin = handshake.origin,
          .subprotocols = to_bytes(choice.subprotocol),
          .peer = handshake.peer,
          .identity = to_bytes(choice.admission.identity),
          .scheme = {},
          .fields = nullptr,
          .field_count = 0};
}

}  // namespace

MessageProfile::MessageProfile(ShardSessions &sessions, observe::Counters &counters)
    : sessions_(sessions),
      received_total_(counters.counter("messages_received_total")),
      sent_total_(counters.counter("messages_sent_total")),
      too_big_total_(counters.counter("messages_too_big_total")) {}

Session *MessageProfile::find(const slipring_host *host, slipring_session id) {
  Session *const session = sessions_.find_for(host, id);
  return session != nullptr && session->link->profile == this ? session : nullptr;
}

slipring_status MessageProfile::open(const slipring_host *host, uint32_t endpoint, void *connection,
                                     const slipring_message_handshake &handshake,
                                     slipring_session &id, std::span<char> subprotocol,
                                     size_t &subprotocol_size, const slipring_writer &reason) {
  if (const auto &why = sessions_.refusal(); !why.empty()) {
    return sessions_.refuse(SLIPRING_UNAVAILABLE, why, reason);
  }
  if (!sessions_.has_link(host, *this)) {
    return sessions_.refuse(SLIPRING_INTERNAL, "the transport's manifest lacks this profile",
                            reason);
  }
  auto choice = sessions_.chooser().choose(sessions_.shard(), endpoint, handshake);
  if (!choice) {
    return sessions_.refuse(choice.status().code(), choice.status().message(), reason);
  }
  if (choice->subprotocol.size() > subprotocol.size()) {
    return sessions_.refuse(SLIPRING_INTERNAL, "the subprotocol's name does not fit the transport",
                            reason);
  }
  const slipring_message_handshake chosen = for_adapter(handshake, *choice);
  Session *const session = sessions_.add(host, *this, connection, *choice, to_text(handshake.peer));
  if (session == nullptr) {
    return sessions_.refuse(SLIPRING_RESOURCE_EXHAUSTED, "too many sessions", reason);
  }
  plugin::Instance &adapter = *session->adapter;
  const slipring_status code = plugin::guard(adapter, "open", [&] {
    return adapter.generation.message_adapter()->open(adapter.adapter, session->id, &chosen,
                                                      &reason, &session->state);
  });
  if (code != SLIPRING_OK) {
    sessions_.take_back(*session);
    return sessions_.refuse(code, {}, reason);
  }
  sessions_.begin(*session);
  id = session->id;
  std::copy(choice->subprotocol.begin(), choice->subprotocol.end(), subprotocol.begin());
  subprotocol_size = choice->subprotocol.size();
  return SLIPRING_OK;
}

void MessageProfile::receive(slipring_session id, const slipring_message &message) {
  Session *const session = sessions_.table().find(id);
  if (session == nullptr || session->closing) return;
  if (message.more == 0) {
    ++session->received;
    ++received_;
    received_total_.add();
  }
  session->waiting ? hold(*session, message) : accept(*session, message);
}

void MessageProfile::accept(Session &session, const slipring_message &message) {
  session.input_kind = message.kind;
  if (session.input.size() + message.bytes.size > sessions_.limits().message) {
    return too_big(session, "message too big");
  }
  const uint32_t input = session.adapter->generation.message_adapter()->input;
  const bool collect = message.more != 0 && input == SLIPRING_INPUT_WHOLE;
  if (session.input.empty() && !collect) {
    offer(session, message, false);
    return;
  }
  session.input += to_text(message.bytes);
  if (!collect) {
    slipring_message whole = message;
    whole.bytes = to_bytes(session.input);
    offer(session, whole, true);
  }
}

// Offers input to the adapter; what it leaves stays in the session's buffer, where `from_buffer`
// says it is already.
void MessageProfile::offer(Session &session, const slipring_message &message, bool from_buffer) {
  plugin::Instance &adapter = *session.adapter;
  size_t consumed = 0;
  const slipring_status code = sessions_.call_with_input(session, "receive", [&] {
    return adapter.generation.message_adapter()->receive(adapter.adapter, session.id, session.state,
                                                         &message, &consumed);
  });
  const size_t size = message.bytes.size;
  const bool whole = message.more == 0;
  if (code == SLIPRING_PENDING && consumed <= size && sessions_.may_wait(session)) {
    if (!from_buffer) session.input += to_text(message.bytes);
    begin_wait(session, message, consumed);
    return;
  }
  const bool broke_rules = consumed > size || (whole && consumed != size && !session.closing);
  if (code != SLIPRING_OK || broke_rules) sessions_.adapter_failed(session);
  // Only here: until now the adapter may have been reading from it.
  if (whole || session.closing) {
    std::string().swap(session.input);
  } else if (from_buffer) {
    session.input.erase(0, consumed);
  } else {
    session.input += to_text(message.bytes).substr(consumed);
  }
}

// REQUIRES: the message is in the session's input.
void MessageProfile::begin_wait(Session &session, const slipring_message &message,
                                size_t consumed) {
  session.input.erase(0, consumed);
  session.held = std::make_unique<std::vector<HeldInput>>();
  session.held->push_back({session.input.size(), message.kind, message.more});
  sessions_.begin_wait(session);
}

// What a transport had read already when it was told to stop.
void MessageProfile::hold(Session &session, const slipring_message &message) {
  if (session.input.size() + message.bytes.size > 2 * sessions_.limits().message) {
    return too_big(session, "too much input");
  }
  session.input += to_text(message.bytes);
  session.held->push_back({message.bytes.size, message.kind, message.more});
}

void MessageProfile::offer_held(Session &session) {
  const std::string input = std::move(session.input);
  const auto held = std::move(session.held);
  session.input.clear();
  std::string_view rest = input;
  for (const HeldInput &part : *held) {
    const slipring_message message = {
        to_bytes(rest.substr(0, part.size)), part.kind, part.more, {}};
    rest.remove_prefix(part.size);
    if (session.closing) break;
    session.waiting ? hold(session, message) : accept(session, message);
  }
}

void MessageProfile::closed(slipring_session id, uint16_t code) {
  constexpr uint16_t vanished = 1006;  // RFC 6455 §7.1.5
  Session *const session = sessions_.table().find(id);
  if (session == nullptr) return;
  uint32_t cause = session->end_cause;
  if (cause == 0) cause = code == vanished ? SLIPRING_END_LOST : SLIPRING_END_PEER;
  sessions_.end(*session, cause, code);
}

slipring_status MessageProfile::send(const slipring_host *host, slipring_session id, uint8_t kind,
                                     slipring_bytes bytes) {
  Session *const session = find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  if (session->closing) return SLIPRING_FAILED_PRECONDITION;
  if (!can_send(kind)) return SLIPRING_INVALID_ARGUMENT;
  if (!sessions_.admits(*session, bytes.size)) return SLIPRING_RESOURCE_EXHAUSTED;
  Framed framed = frame_message(session->link->messages, kind, bytes.size, to_text(bytes));
  OutboundQueue::Entry entry;
  entry.framed = std::move(framed.bytes);
  entry.header_size = framed.header_size;
  entry.kind = kind;
  sessions_.push(*session, std::move(entry));
  return SLIPRING_OK;
}

slipring_status MessageProfile::close(const slipring_host *host, slipring_session id, uint16_t code,
                                      slipring_bytes reason) {
  Session *const session = find(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  if (session->closing) return SLIPRING_FAILED_PRECONDITION;
  begin_close(*session, code, to_text(reason), SLIPRING_END_ADAPTER);
  return SLIPRING_OK;
}

bool MessageProfile::is_served_by(const plugin::Generation &adapter) const {
  return adapter.message_adapter() != nullptr;
}

bool MessageProfile::can_send(uint8_t kind) const {
  return kind == SLIPRING_MESSAGE_TEXT || kind == SLIPRING_MESSAGE_BINARY;
}

bool MessageProfile::write(Session &session) {
  WriteBatch &batch = sessions_.batch();
  const size_t places = sessions_.prepare(session, batch);
  if (batch.empty()) {  // gaps about which there is nothing to say
    session.queue.pop(places);
    return true;
  }
  const size_t taken = std::min(batch.size(), offer_to_transport(session, batch));
  sessions_.note_taken(session, taken > 0);
  const bool all = taken == batch.size();
  if (taken > 0) session.queue.pop(batch.place(taken - 1) + 1);
  session.sent += taken;
  sent_total_.add(taken);
  return all;
}

void MessageProfile::say_end(Session &session) {
  sessions_.set_reading(session);  // the peer's answer to the close has to be read
  const shard::Running::Call running(session.link->generation, "close");
  session.link->messages->close(session.link->instance, session.connection, session.close_code,
                                to_bytes(session.close_reason));
}

void MessageProfile::set_reading(Session &session, bool reading) {
  const shard::Running::Call running(session.link->generation, "set_reading");
  session.link->messages->set_reading(session.link->instance, session.connection, reading);
}

void MessageProfile::too_big(Session &session, std::string_view reason) {
  too_big_total_.add();
  begin_close(session, SLIPRING_CLOSE_TOO_BIG, reason, SLIPRING_END_LIMIT);
}

void MessageProfile::end_by_host(Session &session, uint8_t cause, std::string_view reason) {
  const bool comes_back = cause == SLIPRING_END_HOST || cause == SLIPRING_END_DEADLINE;
  // Who has dialled is no service that restarts.
  if (comes_back && session.dialled != nullptr) {
    return begin_close(session, SLIPRING_CLOSE_GOING_AWAY, "", cause);
  }
  begin_close(session, static_cast<uint16_t>(ending_code(cause)), reason, cause);
}

uint32_t MessageProfile::ending_code(uint8_t cause) const {
  if (cause == SLIPRING_END_HOST || cause == SLIPRING_END_DEADLINE) return SLIPRING_CLOSE_RESTART;
  return cause == SLIPRING_END_LIMIT ? SLIPRING_CLOSE_POLICY : SLIPRING_CLOSE_INTERNAL;
}

void MessageProfile::begin_close(Session &session, uint16_t code, std::string_view reason,
                                 uint8_t cause) {
  if (session.closing) return;
  session.closing = true;
  session.close_code = code;
  session.close_reason = reason.substr(0, max_close_reason);
  session.end_cause = cause;
  sessions_.mark_dirty(session);
}

}  // namespace slipring::session
