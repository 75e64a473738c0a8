#include "context.hpp"

namespace slipring::web {

Counters::Counters(const sdk::Host &host)
    : requests(host.counter("requests_total")),
      bad_requests(host.counter("bad_requests_total")),
      bad_responses(host.counter("bad_responses_total")),
      timeouts(host.counter("timeouts_total")),
      http2_errors(host.counter("http2_errors_total")),
      floods(host.counter("floods_total")),
      websocket_errors(host.counter("websocket_errors_total")),
      pings_sent(host.counter("pings_sent_total")),
      dead_peers(host.counter("dead_peers_total")),
      close_timeouts(host.counter("close_timeouts_total")),
      connections_refused(host.counter("connections_refused_total")),
      tls_errors(host.counter("tls_errors_total")) {}

}  // namespace slipring::web
