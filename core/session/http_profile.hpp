// HttpProfile: sessions of slipring.profile.http/1 on one shard: requests and their responses.
//
// What came of a request's body and is not consumed stays here and is offered again. A response is
// the session's queue: heads and body bytes in the order of the adapter's calls, renderings of
// events among them; its end is the session's end and needs no place there. A response that cannot
// end as it should is replaced by an answer of the host's while the client has seen no head of it,
// and broken off later.
//
// Thread-safety: its shard; see ShardSessions.
#pragma once

#include <slipring/ext/profile-http-transport.h>

#include <span>
#include <string_view>

#include "session/exchange.hpp"
#include "session/profile.hpp"

namespace slipring::observe {
class Counter;
class Counters;
}  // namespace slipring::observe

namespace slipring::session {

class ShardSessions;
class WriteBatch;

class HttpProfile final : public Profile {
 public:
  HttpProfile(ShardSessions &sessions, observe::Counters &counters);

  // From a transport; see slipring_http_sessions.
  slipring_status open(const slipring_host *host, uint32_t endpoint, void *connection,
                       const slipring_http_request &request, slipring_session &id,
                       const slipring_writer &reason);
  void body(slipring_session id, slipring_bytes bytes, bool more);
  void trailers(slipring_session id, std::span<const slipring_field> fields);
  void closed(slipring_session id, slipring_status status);

  // From an adapter's instance; see slipring_http_host.
  slipring_status respond(const slipring_host *host, slipring_session id,
                          const slipring_http_head &head);
  slipring_status send(const slipring_host *host, slipring_session id, slipring_bytes bytes);
  slipring_status finish(const slipring_host *host, slipring_session id,
                         std::span<const slipring_field> trailers);
  slipring_status reset(const slipring_host *host, slipring_session id, slipring_status why);
  slipring_status progress(const slipring_host *host, slipring_session id,
                           slipring_http_progress &progress);

  std::string_view id() const override { return SLIPRING_PROFILE_HTTP; }
  bool is_served_by(const plugin::Generation &adapter) const override;
  bool can_send(uint8_t) const override { return true; }
  bool write(Session &session) override;
  void say_end(Session &session) override;
  void set_reading(Session &session, bool reading) override;
  void offer_held(Session &session) override;
  void end_by_host(Session &session, uint8_t cause, std::string_view reason) override;
  uint32_t ending_code(uint8_t cause) const override;
  bool ends_with_host(const Session &session) const override;

 private:
  Session *find(slipring_session id);
  Session *find(const slipring_host *host, slipring_session id);

  // http_profile.cpp: the request
  void offer(Session &session, std::string_view fresh);
  void offer_trailers(Session &session);
  void too_big(Session &session);

  // http_response.cpp
  void queue_head(Session &session, const slipring_http_head &head);
  void hand_over_head(Session &session);
  // Whether its adapter reads, and waits should there be nothing.
  bool waits_for_events(const Session &session) const;
  void take_out(Session &session, const WriteBatch &batch, size_t places, size_t taken);
  void answer(Session &session);
  // Ends the session with what the client can still be told.
  void give_up(Session &session, uint8_t cause, uint16_t code, std::string_view reason);
  void fail(Session &session);

  ShardSessions &sessions_;

  observe::Counter &requests_total_;
  observe::Counter &received_total_;
  observe::Counter &sent_total_;
  observe::Counter &too_big_total_;
};

}  // namespace slipring::session
