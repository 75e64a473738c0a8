// ShardSessions: everything that happens to the sessions of one shard.
//
// It stands between the two plugins of a session. What comes from either goes by the session's
// profile (messages(), http()); from the loop come flush() at the end of a round and sweep() once a
// second. What an adapter sends is framed once, queued here, and handed to the transport joined
// with everything else that is due for that connection in the round.
//
// Bounds. A message that grows over Limits::message ends the session (too big). A queue at half its
// limit stops reading from that client, so that a client that does not read can make nobody wait
// but itself; at its limit `send` answers RESOURCE_EXHAUSTED; a client that takes nothing for
// Limits::stall is closed.
//
// Thread-safety: its shard. No plugin is called from inside its own call: an adapter's `send` only
// queues; what makes a transport write or close is called from flush() and sweep() alone.
#pragma once

#include <slipring/ext/adapter.h>
#include <slipring/ext/profile-http-transport.h>
#include <slipring/ext/profile-message.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/gate.hpp"
#include "base/status.hpp"
#include "observe/counters.hpp"
#include "plugin/generation.hpp"
#include "plugin/guard.hpp"
#include "session/http_profile.hpp"
#include "session/limits.hpp"
#include "session/message_profile.hpp"
#include "session/session_table.hpp"

namespace slipring::session {

// Who serves a new session.
struct Choice {
  plugin::Instance *adapter = nullptr;
  std::shared_ptr<const std::string> path;
  std::string subprotocol;     // empty: none
  Dialled *dialled = nullptr;  // outlives the session
  access::Admission admission{};
};

// Declared here, wired by the host: mounts live in core/edge.
class Chooser {
 public:
  virtual ~Chooser() = default;
  // [shard] The adapter for a client of `endpoint`; an error carries the line for the client.
  virtual Result<Choice> choose(uint32_t shard, uint32_t endpoint,
                                const slipring_message_handshake &handshake) = 0;
  virtual Result<Choice> choose_http(uint32_t shard, uint32_t endpoint,
                                     const slipring_http_request &request) = 0;
  // [shard] The link of that number; nullptr: there is none.
  virtual Dialled *dialled(uint32_t) { return nullptr; }
};

// A transport's instance, with its calls for each profile it has.
struct TransportCalls {
  const slipring_message_transport *messages = nullptr;
  const slipring_http_transport *exchanges = nullptr;
  void *instance = nullptr;
  uint64_t generation = 0;  // the transport's
};

struct SessionInfo {
  slipring_session id;
  uint32_t shard;
  std::string plugin;
  std::string version;
  uint64_t generation;
  std::string_view profile;
  std::string path;
  std::string peer;
  std::string identity;
  uint64_t received;
  uint64_t sent;
  size_t queued_bytes;
  size_t input_bytes;
  double age_seconds;
  std::string link{};  // empty: a client's
};

// Sessions that came through a transport.
struct Traffic {
  uint64_t open = 0;
  uint64_t opened = 0;  // since the instances were made

  Traffic &operator+=(const Traffic &other) {
    open += other.open;
    opened += other.opened;
    return *this;
  }
};

class ShardEvents;
class WriteBatch;

// A request while its adapter's `open` looks at it.
struct Opening {
  slipring_session session;
  const access::Admission &admission;
  std::string_view origin;
};

class ShardSessions {
 public:
  ShardSessions(uint32_t shard, const Limits &limits, Chooser &chooser,
                observe::Counters &counters);
  ~ShardSessions();
  ShardSessions(const ShardSessions &) = delete;
  ShardSessions &operator=(const ShardSessions &) = delete;

  // The one that belongs to this thread's shard, or nullptr. Set by bind_to_thread().
  static ShardSessions *current();
  void bind_to_thread();

  // Makes a transport's instance known by the host table it calls with.
  void add_transport(const slipring_host *host, const TransportCalls &calls);
  void remove_transport(const slipring_host *host);
  // Sessions open through that instance.
  uint64_t sessions_of(const slipring_host *host) const;
  // Through all instances of that generation of a transport.
  Traffic traffic_of(uint64_t transport) const;

  MessageProfile &messages() { return messages_; }
  HttpProfile &http() { return http_; }

  // From a transport that took less than it was offered.
  void writable(slipring_session id);

  // At the end of each round: hands over what is due.
  void flush(Clock::time_point now);
  // Once a second: ends clients that have taken nothing for too long.
  void sweep(Clock::time_point now);
  // From now on no session is opened; `reason` is what a client is told.
  void refuse_all(std::string_view reason);
  // Says goodbye to up to `count` further sessions and ends them; each client is told to come back
  // after what `comeback_ms` answers for it. Fewer than `count`: those were the last. What ends by
  // itself is left alone.
  size_t close_some(size_t count, std::string_view reason,
                    const std::function<uint32_t()> &comeback_ms);

  // Events of these sessions; set once, before the first session is opened.
  void set_events(ShardEvents &events) { events_ = &events; }
  ShardEvents *events() { return events_; }

  // Where tickets are issued; set once, before the first session is opened. Outlives these.
  void set_tickets(access::Tickets &tickets) { tickets_ = &tickets; }
  access::Tickets *tickets() { return tickets_; }
  // The request that an adapter is being asked to open, or nullptr.
  const Opening *opening() const { return opening_; }
  // Answers what was there.
  const Opening *set_opening(const Opening *opening) { return std::exchange(opening_, opening); }

  // For ShardEvents and Fanout.
  Session *find_for(const slipring_host *host, slipring_session id);
  bool is_full(const OutboundQueue &queue, size_t size) const;
  void push(Session &session, OutboundQueue::Entry entry);
  // For SLIPRING_END_HOST, _LIMIT, _DEADLINE or _ERROR.
  void end_by_host(Session &session, uint8_t cause, std::string_view reason);
  // The same, for SLIPRING_END_HOST or _DEADLINE: its adapter says goodbye, and its client is told
  // to come back after that time.
  void dismiss(Session &session, uint8_t cause, std::string_view reason, uint32_t comeback_ms);
  void adapter_failed(Session &session);
  std::string cursor_of(Session &session, const Reading &reading);
  // Its input goes on.
  void end_wait(Session &session);
  // From now on, until told otherwise, an adapter says what is awaited: the queue takes all of it.
  void set_answering(bool answering) { answering_ = answering; }
  // Inside an adapter's input callback for that session.
  bool is_in_input(const Session &session) const { return in_input_ == &session; }

  // For Move: the session's state is being imported for `host`, until it is nullptr.
  void set_importing(const slipring_host *host, slipring_session id) {
    importing_for_ = host;
    importing_ = id;
  }
  bool is_importing(const slipring_host *host, slipring_session id) const {
    return importing_for_ == host && importing_ == id;
  }

  // For profiles. A session goes through add(), its adapter's `open`, then begin() or take_back();
  // it ends with end().
  uint32_t shard() const { return shard_; }
  Chooser &chooser() { return chooser_; }
  const std::string &refusal() const { return refusal_; }  // not empty: no new sessions
  // Counts, and writes the line for the client; answers `code`.
  slipring_status refuse(slipring_status code, std::string_view line,
                         const slipring_writer &reason);
  // Whether the transport was added with that profile.
  bool has_link(const slipring_host *host, const Profile &profile) const;
  // Nothing: the table is full. REQUIRES: has_link().
  Session *add(const slipring_host *host, const Profile &profile, void *connection,
               const Choice &choice, std::string_view peer);
  void begin(Session &session);
  void take_back(Session &session);
  void end(Session &session, uint32_t cause, uint32_t code);
  // Runs an adapter's input callback.
  template <class Call>
  slipring_status call_with_input(const Session &session, const char *function, Call &&call) {
    in_input_ = &session;
    const slipring_status code =
        plugin::guard(*session.adapter, function, std::forward<Call>(call));
    in_input_ = nullptr;
    return code;
  }
  // Whether PENDING is an answer to input: something will end the wait.
  bool may_wait(const Session &session) const;
  void begin_wait(Session &session);
  // Whether its queue takes that many bytes of the adapter's own; counts when not.
  bool admits(const Session &session, size_t size);
  void set_reading(Session &session);
  void mark_dirty(Session &session);
  // Fills the shard's batch with the first of what is queued; answers how many places that took.
  WriteBatch &batch() { return *batch_; }
  size_t prepare(Session &session, WriteBatch &batch);
  // The transport was offered something, and has taken some of it or nothing.
  void note_taken(Session &session, bool any);
  void count_adapter_error() { adapter_errors_total_.add(); }

  SessionTable &table() { return table_; }
  const Limits &limits() const { return limits_; }
  uint64_t messages_received() const { return messages_.received(); }
  std::vector<SessionInfo> list(size_t at_most);

 private:
  // Of each profile one, nullptr when the transport does not have it.
  using Links = std::array<std::unique_ptr<TransportLink>, 2>;

  TransportLink *link_of(const slipring_host *host, const Profile &profile) const;

  void say_farewell(Session &session, uint8_t cause, uint32_t after_ms);
  void queue_shrank(Session &session);
  void flush_session(Session &session);
  void end_late_ones();

  const uint32_t shard_;
  const Limits limits_;
  Chooser &chooser_;
  OutboundQueue::Storage queue_storage_;
  SessionTable table_;
  std::map<const slipring_host *, Links> links_;
  std::vector<slipring_session> dirty_;
  std::vector<slipring_session> flushing_;
  std::vector<slipring_session> blocked_;
  std::string refusal_;
  size_t next_to_close_ = 0;
  ShardEvents *events_ = nullptr;
  const Session *in_input_ = nullptr;
  access::Tickets *tickets_ = nullptr;
  const Opening *opening_ = nullptr;
  const slipring_host *importing_for_ = nullptr;
  slipring_session importing_ = 0;
  bool answering_ = false;
  Clock::time_point now_ = Clock::now();  // of the round
  std::unique_ptr<WriteBatch> batch_;
  MessageProfile messages_;
  HttpProfile http_;

  observe::Counter &opened_total_;
  observe::Counter &refused_total_;
  observe::Counter &closed_total_;
  observe::Counter &queue_full_total_;
  observe::Counter &stalled_total_;
  observe::Counter &adapter_errors_total_;
};

}  // namespace slipring::session
