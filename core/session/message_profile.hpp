// MessageProfile: sessions of slipring.profile.message/1 on one shard: how they open, what they
// receive, how they close.
//
// Thread-safety: its shard; see ShardSessions.
#pragma once

#include <slipring/ext/profile-message.h>

#include <span>
#include <string_view>

#include "session/profile.hpp"

namespace slipring::observe {
class Counter;
class Counters;
}  // namespace slipring::observe

namespace slipring::session {

class ShardSessions;

class MessageProfile final : public Profile {
 public:
  MessageProfile(ShardSessions &sessions, observe::Counters &counters);

  // From a transport; see slipring_message_sessions.
  slipring_status open(const slipring_host *host, uint32_t endpoint, void *connection,
                       const slipring_message_handshake &handshake, slipring_session &id,
                       std::span<char> subprotocol, size_t &subprotocol_size,
                       const slipring_writer &reason);
  void receive(slipring_session id, const slipring_message &message);
  void closed(slipring_session id, uint16_t code);

  // From an adapter's instance; see slipring_message_host.
  slipring_status send(const slipring_host *host, slipring_session id, uint8_t kind,
                       slipring_bytes bytes);
  slipring_status close(const slipring_host *host, slipring_session id, uint16_t code,
                        slipring_bytes reason);

  uint64_t received() const { return received_; }

  std::string_view id() const override { return SLIPRING_PROFILE_MESSAGE; }
  bool is_served_by(const plugin::Generation &adapter) const override;
  bool can_send(uint8_t kind) const override;
  bool write(Session &session) override;
  void say_end(Session &session) override;
  void set_reading(Session &session, bool reading) override;
  void offer_held(Session &session) override;
  void end_by_host(Session &session, uint8_t cause, std::string_view reason) override;
  uint32_t ending_code(uint8_t cause) const override;
  bool ends_with_host(const Session &) const override { return true; }

 private:
  Session *find(const slipring_host *host, slipring_session id);
  void accept(Session &session, const slipring_message &message);
  void offer(Session &session, const slipring_message &message, bool from_buffer);
  void hold(Session &session, const slipring_message &message);
  void begin_wait(Session &session, const slipring_message &message, size_t consumed);
  void too_big(Session &session, std::string_view reason);
  void begin_close(Session &session, uint16_t code, std::string_view reason, uint8_t cause);

  ShardSessions &sessions_;
  uint64_t received_ = 0;

  observe::Counter &received_total_;
  observe::Counter &sent_total_;
  observe::Counter &too_big_total_;
};

}  // namespace slipring::session
