// The tables of the host that a session's calls go through, looked up once for each instance.
#ifndef SLIPRING_CPP_HOST_TABLES_HPP
#define SLIPRING_CPP_HOST_TABLES_HPP

#include <slipring/ext/deliver.h>
#include <slipring/ext/dial.h>
#include <slipring/ext/events.h>
#include <slipring/ext/profile-http.h>
#include <slipring/ext/profile-message.h>
#include <slipring/ext/read.h>
#include <slipring/ext/subscribe.h>
#include <slipring/ext/timer.h>

#include <slipring/cpp/host.hpp>
#include <slipring/cpp/status.hpp>
#include <string>

namespace slipring::sdk {

// A table that this host does not have is NULL.
struct HostTables {
  explicit HostTables(const Host &from) noexcept
      : host(from.raw()),
        messages(from.extension<slipring_message_host>(SLIPRING_PROFILE_MESSAGE)),
        http(from.extension<slipring_http_host>(SLIPRING_PROFILE_HTTP)),
        completions(from.extension<slipring_completion_host>(SLIPRING_COMPLETION)),
        events(from.extension<slipring_events_host>(SLIPRING_EVENTS)),
        subscriptions(from.extension<slipring_subscribe_host>(SLIPRING_SUBSCRIBE)),
        reads(from.extension<slipring_read_host>(SLIPRING_READ)),
        deliveries(from.extension<slipring_deliver_host>(SLIPRING_DELIVER)),
        timers(from.extension<slipring_timer_host>(SLIPRING_TIMER)),
        dials(from.extension<slipring_dial_host>(SLIPRING_DIAL)) {}

  static Status lacking(const char *id) {
    return {SLIPRING_UNIMPLEMENTED, std::string("the host lacks ") + id};
  }

  // A refusal with the host's own words for the client.
  Status explained(slipring_status code) const {
    if (code == SLIPRING_OK || code == SLIPRING_PENDING || events == nullptr) return code;
    return {code, std::string(view(events->why(host)))};
  }

  const slipring_host *host;
  const slipring_message_host *messages;
  const slipring_http_host *http;
  const slipring_completion_host *completions;
  const slipring_events_host *events;
  const slipring_subscribe_host *subscriptions;
  const slipring_read_host *reads;
  const slipring_deliver_host *deliveries;
  const slipring_timer_host *timers;
  const slipring_dial_host *dials;
};

}  // namespace slipring::sdk

#endif
