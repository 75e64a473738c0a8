#include "session/shard_sessions.hpp"

#include "base/bytes.hpp"
#include "session/shard_events.hpp"
#include "session/write_batch.hpp"

namespace slipring::session {

namespace {
thread_local ShardSessions *current_sessions = nullptr;
}  // namespace

ShardSessions::ShardSessions(uint32_t shard, const Limits &limits, Chooser &chooser,
                             observe::Counters &counters)
    : shard_(shard),
      limits_(limits),
      chooser_(chooser),
      table_(shard),
      batch_(std::make_unique<WriteBatch>()),
      messages_(*this, counters),
      http_(*this, counters),
      opened_total_(counters.counter("sessions_opened_total")),
      refused_total_(counters.counter("sessions_refused_total")),
      closed_total_(counters.counter("sessions_closed_total")),
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

void ShardSessions::add_transport(const slipring_host *host, const TransportCalls &calls) {
  Links &links = links_[host];
  if (calls.messages != nullptr) {
    links[0] = std::make_unique<TransportLink>(
        TransportLink{&messages_, calls.messages, nullptr, calls.instance, calls.generation});
  }
  if (calls.exchanges != nullptr) {
    links[1] = std::make_unique<TransportLink>(
        TransportLink{&http_, nullptr, calls.exchanges, calls.instance, calls.generation});
  }
}

void ShardSessions::remove_transport(const slipring_host *host) {
  links_.erase(host);
}

uint64_t ShardSessions::sessions_of(const slipring_host *host) const {
  const auto found = links_.find(host);
  if (found == links_.end()) return 0;
  uint64_t sessions = 0;
  for (const auto &link : found->second) sessions += link ? link->sessions : 0;
  return sessions;
}

Traffic ShardSessions::traffic_of(uint64_t transport) const {
  Traffic traffic;
  for (const auto &[host, links] : links_) {
    for (const auto &link : links) {
      if (!link || link->generation != transport) continue;
      traffic += {link->sessions, link->opened};
    }
  }
  return traffic;
}

slipring_status ShardSessions::refuse(slipring_status code, std::string_view line,
                                      const slipring_writer &reason) {
  refused_total_.add();
  if (!line.empty()) reason.write(reason.context, to_bytes(line));
  return code;
}

TransportLink *ShardSessions::link_of(const slipring_host *host, const Profile &profile) const {
  const auto found = links_.find(host);
  if (found == links_.end()) return nullptr;
  for (const auto &link : found->second) {
    if (link && link->profile == &profile) return link.get();
  }
  return nullptr;
}

bool ShardSessions::has_link(const slipring_host *host, const Profile &profile) const {
  return link_of(host, profile) != nullptr;
}

Session *ShardSessions::add(const slipring_host *host, const Profile &profile, void *connection,
                            const Choice &choice, std::string_view peer) {
  Session *const session = table_.insert();
  if (session == nullptr) return nullptr;
  session->link = link_of(host, profile);
  session->adapter = choice.adapter;
  session->connection = connection;
  session->opened = Clock::now();
  session->queue = OutboundQueue(&queue_storage_);
  session->peer = peer;
  const std::string &identity = choice.admission.identity;
  if (!identity.empty()) session->identity = std::make_unique<const std::string>(identity);
  session->path = choice.path;
  session->dialled = choice.dialled;
  return session;
}

void ShardSessions::begin(Session &session) {
  ++session.adapter->sessions;
  session.adapter->count_opened();
  ++session.link->sessions;
  ++session.link->opened;
  opened_total_.add();
  if (session.dialled != nullptr) session.dialled->began();
}

void ShardSessions::take_back(Session &session) {
  if (events_ != nullptr) events_->session_ended(session);
  table_.erase(session.id);
}

void ShardSessions::end(Session &session, uint32_t cause, uint32_t code) {
  session.closing = true;  // what the adapter still sends has nowhere to go
  if (events_ != nullptr) events_->session_ended(session);
  const slipring_ending ending{sizeof(slipring_ending), cause, code};
  plugin::Instance &adapter = *session.adapter;
  if (cause == SLIPRING_END_ERROR) adapter.count_ended_badly();
  plugin::guard_void(adapter, "close", [&] {
    adapter.generation.adapter()->close(adapter.adapter, session.id, session.state, &ending);
  });
  --session.link->sessions;
  Dialled *const dialled = session.dialled;
  table_.erase(session.id);
  closed_total_.add();
  plugin::Generation::session_left(adapter);
  if (dialled != nullptr) dialled->ended(cause, code);
}

bool ShardSessions::may_wait(const Session &session) const {
  return !session.closing && events_ != nullptr && !events_->waits_in_vain(session);
}

void ShardSessions::begin_wait(Session &session) {
  session.waiting = true;
  set_reading(session);
}

void ShardSessions::end_wait(Session &session) {
  if (!session.waiting) return;
  session.waiting = session.wants_room = false;
  session.link->profile->offer_held(session);
  set_reading(session);
}

void ShardSessions::set_reading(Session &session) {
  const bool pause = (session.long_queue || session.waiting) && !session.closing;
  if (session.paused == pause) return;
  session.paused = pause;
  session.link->profile->set_reading(session, !pause);
}

void ShardSessions::adapter_failed(Session &session) {
  count_adapter_error();
  end_by_host(session, SLIPRING_END_ERROR, "internal error");
}

void ShardSessions::writable(slipring_session id) {
  Session *const session = table_.find(id);
  if (session == nullptr) return;
  session->blocked = false;
  mark_dirty(*session);
}

Session *ShardSessions::find_for(const slipring_host *host, slipring_session id) {
  Session *const session = table_.find(id);
  return session != nullptr && session->adapter->host.abi() == host ? session : nullptr;
}

// Whoever is flooded with events still hears what it asked for: it is not read from meanwhile, so
// that is bounded, as are the operations whose completion is being told.
bool ShardSessions::admits(const Session &session, size_t size) {
  if (answering_) return true;
  const size_t reserve = session.readings ? 2 : 1;
  const OutboundQueue &queue = session.queue;
  const bool full = queue.size() >= reserve * limits_.queue_messages ||
                    (queue.has_messages() && queue.bytes() + size > reserve * limits_.queue_bytes);
  if (full) queue_full_total_.add();
  return !full;
}

// An empty queue takes one message of any legal size.
bool ShardSessions::is_full(const OutboundQueue &queue, size_t size) const {
  return queue.size() >= limits_.queue_messages ||
         (queue.has_messages() && queue.bytes() + size > limits_.queue_bytes);
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

void ShardSessions::end_by_host(Session &session, uint8_t cause, std::string_view reason) {
  session.link->profile->end_by_host(session, cause, reason);
}

void ShardSessions::refuse_all(std::string_view reason) {
  refusal_ = reason;
  next_to_close_ = 0;
}

size_t ShardSessions::close_some(size_t count, std::string_view reason,
                                 const std::function<uint32_t()> &comeback_ms) {
  size_t closed = 0;
  for (; closed < count && next_to_close_ < table_.slots(); ++next_to_close_) {
    Session *const session = table_.at(next_to_close_);
    if (session == nullptr || session->closing) continue;
    if (!session->link->profile->ends_with_host(*session)) continue;
    dismiss(*session, SLIPRING_END_HOST, reason, comeback_ms());
    ++closed;
  }
  return closed;
}

void ShardSessions::dismiss(Session &session, uint8_t cause, std::string_view reason,
                            uint32_t comeback_ms) {
  say_farewell(session, cause, comeback_ms);
  end_by_host(session, cause,
              std::string(reason) + "; retry in " + std::to_string(comeback_ms) + " ms");
}

void ShardSessions::say_farewell(Session &session, uint8_t cause, uint32_t after_ms) {
  plugin::Instance &adapter = *session.adapter;
  const slipring_ending_adapter *const calls = adapter.generation.ending();
  if (calls == nullptr || session.dismissed) return;
  session.dismissed = true;
  const slipring_ending ending{sizeof(slipring_ending), cause,
                               session.link->profile->ending_code(cause)};
  const slipring_comeback comeback{sizeof(slipring_comeback), after_ms, 0, {}};
  plugin::guard_void(adapter, "farewell", [&] {
    calls->farewell(adapter.adapter, session.id, session.state, &ending, &comeback);
  });
}

std::vector<SessionInfo> ShardSessions::list(size_t at_most) {
  std::vector<SessionInfo> sessions;
  const auto now = Clock::now();
  for (size_t slot = 0; slot < table_.slots() && sessions.size() < at_most; ++slot) {
    const Session *const session = table_.at(slot);
    if (session == nullptr) continue;
    const plugin::Generation &generation = session->adapter->generation;
    sessions.push_back({session->id, shard_, generation.manifest().name,
                        generation.manifest().version, generation.id(),
                        session->link->profile->id(), *session->path, session->peer,
                        session->identity ? *session->identity : "", session->received,
                        session->sent, session->queue.bytes(), session->input.size(),
                        std::chrono::duration<double>(now - session->opened).count(),
                        session->dialled != nullptr ? session->dialled->name() : std::string()});
  }
  return sessions;
}

}  // namespace slipring::session
