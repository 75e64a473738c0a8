#include "session/http_extension.hpp"

#include <slipring/ext/profile-http-transport.h>

#include <new>

#include "session/shard_sessions.hpp"

namespace slipring::session {
namespace {

// The call on this thread's exchanges. Out of memory is an answer here: an exception must not run
// through the plugin's C frames.
template <class Call>
slipring_status for_adapter(Call call) noexcept {
  ShardSessions *const sessions = ShardSessions::current();
  if (sessions == nullptr) return SLIPRING_NOT_FOUND;
  try {
    return call(sessions->http());
  } catch (const std::bad_alloc &) {
    return SLIPRING_RESOURCE_EXHAUSTED;
  }
}

HttpProfile &for_transport() {
  return ShardSessions::current()->http();
}

constexpr slipring_http_host adapter_table{
    sizeof(slipring_http_host),
    [](const slipring_host *host, slipring_session session, const slipring_http_head *head) {
      return for_adapter([&](HttpProfile &http) { return http.respond(host, session, *head); });
    },
    [](const slipring_host *host, slipring_session session, slipring_bytes bytes) {
      return for_adapter([&](HttpProfile &http) { return http.send(host, session, bytes); });
    },
    [](const slipring_host *host, slipring_session session, const slipring_field *trailers,
       size_t count) {
      return for_adapter([&](HttpProfile &http) {
        return http.finish(host, session, {trailers, count});
      });
    },
    [](const slipring_host *host, slipring_session session, slipring_status why) {
      return for_adapter([&](HttpProfile &http) { return http.reset(host, session, why); });
    },
    [](const slipring_host *host, slipring_session session, slipring_http_progress *progress) {
      return for_adapter(
          [&](HttpProfile &http) { return http.progress(host, session, *progress); });
    }};

constexpr slipring_http_sessions transport_table{
    sizeof(slipring_http_sessions),
    [](const slipring_host *host, uint32_t endpoint, void *connection,
       const slipring_http_request *request, slipring_session *session,
       const slipring_writer *reason) {
      return for_transport().open(host, endpoint, connection, *request, *session, *reason);
    },
    [](const slipring_host *, slipring_session session, slipring_bytes bytes, uint8_t more) {
      for_transport().body(session, bytes, more != 0);
    },
    [](const slipring_host *, slipring_session session, const slipring_field *fields,
       size_t count) {
      for_transport().trailers(session, {fields, count});
    },
    [](const slipring_host *, slipring_session session) {
      ShardSessions::current()->writable(session);
    },
    [](const slipring_host *, slipring_session session, slipring_status status) {
      for_transport().closed(session, status);
    }};

}  // namespace

void add_http_extensions(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_PROFILE_HTTP, &adapter_table);
  extensions.add(SLIPRING_HTTP_SESSIONS, &transport_table);
}

}  // namespace slipring::session
