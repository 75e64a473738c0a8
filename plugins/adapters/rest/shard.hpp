// What all requests of a shard share: settings, buffers that are used again, and counters.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/ext/streams.h>

#include <slipring/cpp/host.hpp>
#include <slipring/cpp/status.hpp>
#include <slipring/cpp/writer.hpp>
#include <string>
#include <string_view>

#include "post_body.hpp"
#include "rate_limit.hpp"
#include "settings.hpp"

namespace slipring::rest {

struct Shard {
  Shard(const sdk::Host &its_host, std::string_view json)
      : host(its_host),
        settings(parse_settings(json)),
        rate_limit(settings.rate_quota, settings.rate_window),
        rate_policy(rate_limit.policy()),
        streams(host.extension<slipring_streams_host>(SLIPRING_STREAMS)),
        published(host.counter("rest_published_total")),
        bad_request(host.counter("rest_bad_request_total")),
        refused(host.counter("rest_refused_total")) {}

  // Called by the SDK in rehearsal.
  sdk::Status self_test();

  // Called by the SDK for each mount (slipring/ext/description.h).
  sdk::Status describe(std::string_view path, sdk::Writer &to) const;

  sdk::Host host;
  Settings settings;
  RateLimit rate_limit;
  const std::string rate_policy;         // as it is told
  const slipring_streams_host *streams;  // nullptr: this host tells nothing of them
  sdk::Counter published;                // events
  sdk::Counter bad_request;  // requests at fault: answered 400 to 499, but for those refused
  sdk::Counter refused;      // that could not be done: 409, 412, 429 and above

  PostTools tools;
  std::string out;  // the body of the answer being written
};

}  // namespace slipring::rest
