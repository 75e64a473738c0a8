// A request that is being answered: what an adapter responds to, and publishes and subscribes as,
// like any session (session.hpp). The response is one queue: the order of calls is the order on the
// wire, and events of shared subscriptions are bytes of its body.
//
// Thread-safety: as Session.
#ifndef SLIPRING_CPP_HTTP_SESSION_HPP
#define SLIPRING_CPP_HTTP_SESSION_HPP

#include <slipring/cpp/http.hpp>
#include <slipring/cpp/session.hpp>

namespace slipring::sdk {

// How far an exchange has come. The host keeps it: also in `load` of the next version.
struct Progress {
  bool request_ended = false;
  bool responded = false;      // the final head is queued, or more
  bool finished = false;       // nothing can be sent any more
  uint64_t body_received = 0;  // bytes used
  uint64_t body_sent = 0;      // bytes sent and queued
};

class HttpSession : public Session {
 public:
  HttpSession(const HostTables &host, slipring_session id) noexcept : Session(host, id) {}
  // So that what has to do with events can be given either.
  HttpSession(const Session &session) noexcept : Session(session) {}

  // 1xx any number of times, then the final head once. FAILED_PRECONDITION: out of order.
  Status respond(const Response &response) noexcept {
    const slipring_http_head head = response.raw();
    return host().http->respond(host().host, id(), &head);
  }

  // Bytes of the body, copied. RESOURCE_EXHAUSTED: the client does not read, nothing was taken; see
  // wait_room. OUT_OF_RANGE: more than was promised.
  Status send(std::string_view text) noexcept {
    return host().http->send(host().host, id(), bytes(text));
  }

  // The end of the response; on_close follows when it is out.
  Status finish(std::span<const slipring_field> trailers = {}) noexcept {
    return host().http->finish(host().host, id(), trailers.data(), trailers.size());
  }

  // A whole response at once.
  Status answer(Response response, std::string_view body = {}) noexcept {
    Status status = respond(response.length(body.size()));
    if (status.ok() && !body.empty()) status = send(body);
    return status.ok() ? finish() : status;
  }

  // Breaks the exchange off: the client sees an aborted response.
  Status reset(slipring_status why) noexcept { return host().http->reset(host().host, id(), why); }

  Status progress(Progress &to) noexcept {
    slipring_http_progress raw{};
    raw.struct_size = sizeof raw;
    Status status = host().http->progress(host().host, id(), &raw);
    to = {raw.request == SLIPRING_HTTP_ENDED, raw.response != SLIPRING_HTTP_NONE,
          raw.response == SLIPRING_HTTP_ENDED, raw.body_received, raw.body_sent};
    return status;
  }

  // What messages have and responses have not.
  Status send(MessageKind, std::string_view) = delete;
  Status send_text(std::string_view) = delete;
  Status send_binary(std::string_view) = delete;
  Status close(uint16_t, std::string_view) = delete;
};

}  // namespace slipring::sdk

#endif
