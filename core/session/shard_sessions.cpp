#include "session/shard_sessions.hpp"

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"
#include "session/shard_events.hpp"
#include "session/write_batch.hpp"

namespace slipring::session {

namespace {
thread_local ShardSessions *current_sessions = nullptr;

// RFC 6455 §5.5: a control frame carries at most 125 bytes, two of them the code.
constexpr size_t max_close_reason = 123;
}  // namespace

ShardSessions::ShardSessions(uint32_t shard, const Limits &limits, Chooser &chooser,
                             observe::Counters &counters)
    : shard_(shard),
      limits_(limits),
      chooser_(chooser),
      table_(shard),
      batch_(std::make_unique<WriteBatch>()),
      opened_total_(counters.counter("sessions_opened_total")),
      refused_total_(counters.counter("sessions_refused_total")),
      closed_total_(counters.counter("sessions_closed_total")),
      received_total_(counters.counter("messages_received_total")),
      sent_total_(counters.counter("messages_sent_total")),
      too_big_total_(counters.counter("messages_too_big_total")),
      queue_full_total_(counters.counter("queue_full_total")),
      stalled_total_(counters.counter("sessions_stalled_total")),
      adapter_errors_total_(counters.counter("adapter_errors_total")) {}

ShardSessions::~ShardSessions() {
  if (current_sessions == this) current_sessions = nullptr;
}

ShardSessions *ShardSessions::current() {
  return current_sessions;
}

void ShardSessions::bind_to_thread() {
  current_sessions = this;
}

void ShardSessions::add_transport(const slipring_host *host, TransportLink link) {
  links_[host] = std::make_unique<TransportLink>(link);
}

void ShardSessions::remove_transport(const slipring_host *host) {
  links_.erase(host);
}

uint64_t ShardSessions::sessions_of(const slipring_host *host) const {
  const auto found = links_.find(host);
  return found == links_.end() ? 0 : found->second->sessions;
}

slipring_status ShardSessions::open(const slipring_host *host, uint32_t endpoint, void *connection,
                                    const slipring_message_handshake &handshake,
                                    slipring_session &id, std::span<char> subprotocol,
                                    size_t &subprotocol_size, const slipring_writer &reason) {
  const auto refuse = [&](slipring_status code, std::string_view line) {
    refused_total_.add();
    if (!line.empty()) reason.write(reason.context, to_bytes(line));
    return code;
  };
  if (!refusal_.empty()) return refuse(SLIPRING_UNAVAILABLE, refusal_);
  auto choice = chooser_.choose(shard_, endpoint, handshake);
  if (!choice) return refuse(choice.status().code(), choice.status().message());
  if (choice->subprotocol.size() > subprotocol.size()) {
    return refuse(SLIPRING_INTERNAL, "the subprotocol's name does not fit the transport");
  }
  Session *const session = table_.insert();
  if (session == nullptr) return refuse(SLIPRING_RESOURCE_EXHAUSTED, "too many sessions");

  plugin::Instance &adapter = *choice->adapter;
  session->adapter = &adapter;
  session->link = links_.at(host).get();
  session->connection = connection;
  session->opened = Clock::now();
  session->queue = OutboundQueue(&queue_storage_);
  session->peer = to_text(handshake.peer);
  session->path = std::move(choice->path);
  slipring_message_handshake chosen = handshake;
  chosen.struct_size = sizeof(chosen);
  chosen.subprotocols = to_bytes(choice->subprotocol);
  const slipring_status code = plugin::guard([&] {
    return adapter.generation.message_adapter()->open(adapter.adapter, session->id, &chosen,
                                                      &reason, &session->state);
  });
  if (code != SLIPRING_OK) {
    table_.erase(session->id);
    return refuse(code, {});
  }
  ++adapter.sessions;
  ++session->link->sessions;
  opened_total_.add();
  id = session->id;
  std::copy(choice->subprotocol.begin(), choice->subprotocol.end(), subprotocol.begin());
  subprotocol_size = choice->subprotocol.size();
  return SLIPRING_OK;
}

void ShardSessions::receive(slipring_session id, const slipring_message &message) {
  Session *const session = table_.find(id);
  if (session == nullptr || session->closing) return;
  if (message.more == 0) {
    ++session->received;
    ++messages_received_;
    received_total_.add();
  }
  session->waiting ? hold(*session, message) : accept(*session, message);
}

void ShardSessions::accept(Session &session, const slipring_message &message) {
  session.input_kind = message.kind;
  if (session.input.size() + message.bytes.size > limits_.message) {
    too_big_total_.add();
    close_by_host(session, SLIPRING_CLOSE_TOO_BIG, "message too big", SLIPRING_END_LIMIT);
    return;
  }
  const uint32_t input = session.adapter->generation.message_adapter()->input;
  const bool collect = message.more != 0 && input == SLIPRING_INPUT_WHOLE;
  if (session.input.empty() && !collect) {
    offer(session, message, false);
    return;
  }
  keep(session, to_text(message.bytes));
  if (!collect) {
    slipring_message whole = message;
    whole.bytes = to_bytes(session.input);
    offer(session, whole, true);
  }
}

// Offers input to the adapter; what it leaves stays in the session's buffer, where `from_buffer`
// says it is already.
void ShardSessions::offer(Session &session, const slipring_message &message, bool from_buffer) {
  plugin::Instance &adapter = *session.adapter;
  size_t consumed = 0;
  in_input_ = &session;
  const slipring_status code = plugin::guard([&] {
    return adapter.generation.message_adapter()->receive(adapter.adapter, session.id, session.state,
                                                         &message, &consumed);
  });
  in_input_ = nullptr;
  const size_t size = message.bytes.size;
  const bool whole = message.more == 0;
  const bool may_wait = events_ != nullptr && !events_->waits_in_vain(session);
  if (code == SLIPRING_PENDING && consumed <= size && !session.closing && may_wait) {
    if (!from_buffer) keep(session, to_text(message.bytes));
    begin_wait(session, message, consumed);
    return;
  }
  const bool broke_rules = consumed > size || (whole && consumed != size && !session.closing);
  if (code != SLIPRING_OK || broke_rules) adapter_failed(session);
  // Only here: until now the adapter may have been reading from it.
  if (whole || session.closing) {
    std::string().swap(session.input);
  } else if (from_buffer) {
    session.input.erase(0, consumed);
  } else {
    keep(session, to_text(message.bytes).substr(consumed));
  }
}

void ShardSessions::keep(Session &session, std::string_view bytes) {
  session.input += bytes;
}

// REQUIRES: the message is in the session's input.
void ShardSessions::begin_wait(Session &session, const slipring_message &message, size_t consumed) {
  session.input.erase(0, consumed);
  session.held = std::make_unique<std::vector<HeldInput>>();
  session.held->push_back({session.input.size(), message.kind, message.more});
  session.waiting = true;
  set_reading(session);
}

// What a transport had read already when it was told to stop.
void ShardSessions::hold(Session &session, const slipring_message &message) {
  if (session.input.size() + message.bytes.size > 2 * limits_.message) {
    too_big_total_.add();
    close_by_host(session, SLIPRING_CLOSE_TOO_BIG, "too much input", SLIPRING_END_LIMIT);
    return;
  }
  keep(session, to_text(message.bytes));
  session.held->push_back({message.bytes.size, message.kind, message.more});
}

void ShardSessions::end_wait(Session &session) {
  if (!session.waiting) return;
  session.waiting = session.wants_room = false;
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
  set_reading(session);
}

void ShardSessions::set_reading(Session &session) {
  const bool pause = (session.long_queue || session.waiting) && !session.closing;
  if (session.paused == pause) return;
  session.paused = pause;
  session.link->calls->set_reading(session.link->instance, session.connection, !pause);
}

void ShardSessions::adapter_failed(Session &session) {
  adapter_errors_total_.add();
  close_by_host(session, SLIPRING_CLOSE_INTERNAL, "internal error", SLIPRING_END_ERROR);
}

void ShardSessions::writable(slipring_session id) {
  Session *const session = table_.find(id);
  if (session == nullptr) return;
  session->blocked = false;
  mark_dirty(*session);
}

void ShardSessions::closed(slipring_session id, uint16_t code) {
  if (Session *const session = table_.find(id)) end(*session, code);
}

void ShardSessions::end(Session &session, uint16_t code) {
  constexpr uint16_t vanished = 1006;  // RFC 6455 §7.1.5
  session.closing = true;              // what the adapter still sends has nowhere to go
  if (events_ != nullptr) events_->session_ended(session);
  uint32_t cause = session.end_cause;
  if (cause == 0) cause = code == vanished ? SLIPRING_END_LOST : SLIPRING_END_PEER;
  const slipring_ending ending{sizeof(slipring_ending), cause, code};
  plugin::Instance &adapter = *session.adapter;
  plugin::guard_void([&] {
    adapter.generation.adapter()->close(adapter.adapter, session.id, session.state, &ending);
  });
  --session.link->sessions;
  table_.erase(session.id);
  closed_total_.add();
  plugin::Generation::session_left(adapter);
}

Session *ShardSessions::find_for(const slipring_host *host, slipring_session id) {
  Session *const session = table_.find(id);
  return session != nullptr && session->adapter->host.abi() == host ? session : nullptr;
}

slipring_status ShardSessions::send(const slipring_host *host, slipring_session id, uint8_t kind,
                                    slipring_bytes bytes) {
  Session *const session = find_for(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  if (session->closing) return SLIPRING_FAILED_PRECONDITION;
  if (kind != SLIPRING_MESSAGE_TEXT && kind != SLIPRING_MESSAGE_BINARY) {
    return SLIPRING_INVALID_ARGUMENT;
  }
  // Whoever is flooded with events still hears what it asked for: it is not read from meanwhile, so
  // that is bounded, as are the operations whose completion is being told.
  const size_t reserve = session->readings ? 2 : 1;
  const OutboundQueue &queue = session->queue;
  const bool full =
      !answering_ &&
      (queue.size() >= reserve * limits_.queue_messages ||
       (!queue.empty() && queue.bytes() + bytes.size > reserve * limits_.queue_bytes));
  if (full) {
    queue_full_total_.add();
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
  Framed framed = frame_message(*session->link->calls, kind, bytes.size, to_text(bytes));
  OutboundQueue::Entry entry;
  entry.framed = std::move(framed.bytes);
  entry.header_size = framed.header_size;
  entry.kind = kind;
  push(*session, std::move(entry));
  return SLIPRING_OK;
}

// An empty queue takes one message of any legal size.
bool ShardSessions::is_full(const OutboundQueue &queue, size_t size) const {
  return queue.size() >= limits_.queue_messages ||
         (!queue.empty() && queue.bytes() + size > limits_.queue_bytes);
}

void ShardSessions::push(Session &session, OutboundQueue::Entry entry) {
  OutboundQueue &queue = session.queue;
  queue.push(std::move(entry));
  mark_dirty(session);
  if (session.long_queue) return;
  session.long_queue =
      queue.bytes() > limits_.queue_bytes / 2 || queue.size() > limits_.queue_messages / 2;
  if (session.long_queue) set_reading(session);
}

std::string ShardSessions::cursor_of(Session &session, const Reading &reading) {
  return events_->cursor_of(session, reading);
}

slipring_status ShardSessions::close(const slipring_host *host, slipring_session id, uint16_t code,
                                     slipring_bytes reason) {
  Session *const session = find_for(host, id);
  if (session == nullptr) return SLIPRING_NOT_FOUND;
  if (session->closing) return SLIPRING_FAILED_PRECONDITION;
  close_by_host(*session, code, to_text(reason), SLIPRING_END_ADAPTER);
  return SLIPRING_OK;
}

void ShardSessions::close_by_host(Session &session, uint16_t code, std::string_view reason,
                                  uint8_t cause) {
  if (session.closing) return;
  session.closing = true;
  session.close_code = code;
  session.close_reason = reason.substr(0, max_close_reason);
  session.end_cause = cause;
  mark_dirty(session);
}

void ShardSessions::refuse_all(std::string_view reason) {
  refusal_ = reason;
  next_to_close_ = 0;
}

size_t ShardSessions::close_some(size_t count, uint16_t code, std::string_view reason,
                                 const std::function<uint32_t()> &comeback_ms) {
  size_t closed = 0;
  for (; closed < count && next_to_close_ < table_.slots(); ++next_to_close_) {
    Session *const session = table_.at(next_to_close_);
    if (session == nullptr || session->closing) continue;
    const uint32_t after_ms = comeback_ms();
    say_farewell(*session, SLIPRING_END_HOST, code, after_ms);
    close_by_host(*session, code,
                  std::string(reason) + "; retry in " + std::to_string(after_ms) + " ms",
                  SLIPRING_END_HOST);
    ++closed;
  }
  return closed;
}

void ShardSessions::say_farewell(Session &session, uint32_t cause, uint16_t code,
                                 uint32_t after_ms) {
  plugin::Instance &adapter = *session.adapter;
  const slipring_ending_adapter *const calls = adapter.generation.ending();
  if (calls == nullptr || session.closing) return;
  const slipring_ending ending{sizeof(slipring_ending), cause, code};
  const slipring_comeback comeback{sizeof(slipring_comeback), after_ms, 0, {}};
  plugin::guard_void(
      [&] { calls->farewell(adapter.adapter, session.id, session.state, &ending, &comeback); });
}

std::vector<SessionInfo> ShardSessions::list(size_t at_most) {
  std::vector<SessionInfo> sessions;
  const auto now = Clock::now();
  for (size_t slot = 0; slot < table_.slots() && sessions.size() < at_most; ++slot) {
    const Session *const session = table_.at(slot);
    if (session == nullptr) continue;
    const plugin::Generation &generation = session->adapter->generation;
    sessions.push_back({session->id, shard_, generation.manifest().name,
                        generation.manifest().version, generation.id(), *session->path,
                        session->peer, session->received, session->sent, session->queue.bytes(),
                        session->input.size(),
                        std::chrono::duration<double>(now - session->opened).count()});
  }
  return sessions;
}

}  // namespace slipring::session
