// ShardSessions: everything that happens to the sessions of one shard.
//
// It stands between the two plugins of a session. From the transport come open, receive, writable
// and closed; from the adapter send and close; from the loop flush() at the end of a round and
// sweep() once a second. What an adapter sends is framed once, queued here, and handed to the
// transport joined with everything else that is due for that connection in the round.
//
// Bounds. A message that grows over Limits::message ends the session (too big). A queue at half its
// limit stops reading from that client, so that a client that does not read can make nobody wait
// but itself; at its limit `send` answers RESOURCE_EXHAUSTED; a client that takes nothing for
// Limits::stall is closed.
//
// Thread-safety: its shard. No plugin is called from inside its own call: an adapter's `send` only
// queues; `write` and `close` of a transport are called from flush() and sweep() alone.
#pragma once

#include <slipring/ext/adapter.h>
#include <slipring/ext/profile-message.h>

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "observe/counters.hpp"
#include "plugin/generation.hpp"
#include "session/limits.hpp"
#include "session/session_table.hpp"

namespace slipring::session {

// Who serves a new session.
struct Choice {
  plugin::Instance *adapter = nullptr;
  std::shared_ptr<const std::string> path;
  std::string subprotocol;  // empty: none
};

// Declared here, wired by the host: mounts live in core/edge.
class Chooser {
 public:
  virtual ~Chooser() = default;
  // [shard] The adapter for a client of `endpoint`; an error carries the line for the client.
  virtual Result<Choice> choose(uint32_t shard, uint32_t endpoint,
                                const slipring_message_handshake &handshake) = 0;
};

struct SessionInfo {
  slipring_session id;
  uint32_t shard;
  std::string plugin;
  std::string version;
  uint64_t generation;
  std::string path;
  std::string peer;
  uint64_t received;
  uint64_t sent;
  size_t queued_bytes;
  size_t input_bytes;
  double age_seconds;
};

class ShardEvents;
class WriteBatch;

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
  void add_transport(const slipring_host *host, TransportLink link);
  void remove_transport(const slipring_host *host);
  // Sessions open through that instance.
  uint64_t sessions_of(const slipring_host *host) const;

  // From a transport; see slipring_message_sessions.
  slipring_status open(const slipring_host *host, uint32_t endpoint, void *connection,
                       const slipring_message_handshake &handshake, slipring_session &id,
                       std::span<char> subprotocol, size_t &subprotocol_size,
                       const slipring_writer &reason);
  void receive(slipring_session id, const slipring_message &message);
  void writable(slipring_session id);
  void closed(slipring_session id, uint16_t code);

  // From an adapter's instance; see slipring_message_host.
  slipring_status send(const slipring_host *host, slipring_session id, uint8_t kind,
                       slipring_bytes bytes);
  slipring_status close(const slipring_host *host, slipring_session id, uint16_t code,
                        slipring_bytes reason);

  // At the end of each round: hands over what is due.
  void flush(Clock::time_point now);
  // Once a second: closes clients that have taken nothing for too long.
  void sweep(Clock::time_point now);
  // From now on no session is opened; `reason` is what a client is told.
  void refuse_all(std::string_view reason);
  // Says goodbye to up to `count` further sessions and closes them; each client is told to come
  // back after what `comeback_ms` answers for it. Fewer than `count`: those were the last.
  size_t close_some(size_t count, uint16_t code, std::string_view reason,
                    const std::function<uint32_t()> &comeback_ms);

  // Events of these sessions; set once, before the first session is opened.
  void set_events(ShardEvents &events) { events_ = &events; }
  ShardEvents *events() { return events_; }

  // For ShardEvents and Fanout.
  Session *find_for(const slipring_host *host, slipring_session id);
  bool is_full(const OutboundQueue &queue, size_t size) const;
  void push(Session &session, OutboundQueue::Entry entry);
  void close_by_host(Session &session, uint16_t code, std::string_view reason, uint8_t cause);
  void adapter_failed(Session &session);
  std::string cursor_of(Session &session, const Reading &reading);
  // Its input goes on.
  void end_wait(Session &session);
  // From now on, until told otherwise, an adapter says what is awaited: the queue takes all of it.
  void set_answering(bool answering) { answering_ = answering; }
  // Inside an adapter's input callback for that session.
  bool is_in_input(const Session &session) const { return in_input_ == &session; }

  SessionTable &table() { return table_; }
  const Limits &limits() const { return limits_; }
  uint64_t messages_received() const { return messages_received_; }
  std::vector<SessionInfo> list(size_t at_most);

 private:
  void accept(Session &session, const slipring_message &message);
  void offer(Session &session, const slipring_message &message, bool from_buffer);
  void keep(Session &session, std::string_view bytes);
  void hold(Session &session, const slipring_message &message);
  void begin_wait(Session &session, const slipring_message &message, size_t consumed);
  void set_reading(Session &session);
  void say_farewell(Session &session, uint32_t cause, uint16_t code, uint32_t after_ms);
  void mark_dirty(Session &session);
  size_t prepare(Session &session, WriteBatch &batch);
  void queue_shrank(Session &session);
  void flush_session(Session &session);
  bool write_some(Session &session);
  void end(Session &session, uint16_t code);

  const uint32_t shard_;
  const Limits limits_;
  Chooser &chooser_;
  OutboundQueue::Storage queue_storage_;
  SessionTable table_;
  std::map<const slipring_host *, std::unique_ptr<TransportLink>> links_;
  std::vector<slipring_session> dirty_;
  std::vector<slipring_session> flushing_;
  std::vector<slipring_session> blocked_;
  uint64_t messages_received_ = 0;
  std::string refusal_;  // not empty: no new sessions
  size_t next_to_close_ = 0;
  ShardEvents *events_ = nullptr;
  const Session *in_input_ = nullptr;
  bool answering_ = false;
  Clock::time_point now_ = Clock::now();  // of the round
  std::unique_ptr<WriteBatch> batch_;

  observe::Counter &opened_total_;
  observe::Counter &refused_total_;
  observe::Counter &closed_total_;
  observe::Counter &received_total_;
  observe::Counter &sent_total_;
  observe::Counter &too_big_total_;
  observe::Counter &queue_full_total_;
  observe::Counter &stalled_total_;
  observe::Counter &adapter_errors_total_;
};

}  // namespace slipring::session
