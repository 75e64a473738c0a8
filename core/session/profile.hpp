// Profile: what is particular to how the clients of a session talk (slipring/ext/profile-*.h). All
// else about sessions is in ShardSessions, which knows profiles only by this.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/abi.h>

#include <cstdint>
#include <string_view>

namespace slipring::plugin {
class Generation;
}

namespace slipring::session {

struct Session;

class Profile {
 public:
  virtual ~Profile() = default;

  // SLIPRING_PROFILE_….
  virtual std::string_view id() const = 0;
  virtual bool is_served_by(const plugin::Generation &adapter) const = 0;
  // Whether a rendering of that kind is something its clients can be sent.
  virtual bool can_send(uint8_t kind) const = 0;

  // Offers the transport the first of what is queued; false: it took less than it was offered.
  // REQUIRES: the queue is not empty.
  virtual bool write(Session &session) = 0;
  // What was queued has been taken, and the session is to end: tells the transport. Once.
  virtual void say_end(Session &session) = 0;
  virtual void set_reading(Session &session, bool reading) = 0;
  // The session waits no more: what has come meanwhile is offered to its adapter.
  virtual void offer_held(Session &session) = 0;

  // The host ends the session, for SLIPRING_END_HOST, _LIMIT, _DEADLINE or _ERROR. Nothing when it
  // is ending.
  virtual void end_by_host(Session &session, uint8_t cause, std::string_view reason) = 0;
  // What slipring_ending.code is then.
  virtual uint32_t ending_code(uint8_t cause) const = 0;
  // When the host stops, whether the session is ended; else it is left to end by itself.
  virtual bool ends_with_host(const Session &session) const = 0;
};

}  // namespace slipring::session
