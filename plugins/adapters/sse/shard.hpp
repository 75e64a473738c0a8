// What all streams of a shard share: settings, buffers that are used again for each event,
// counters.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/cpp/event.hpp>
#include <slipring/cpp/host.hpp>
#include <slipring/cpp/render.hpp>
#include <slipring/cpp/writer.hpp>
#include <string>
#include <string_view>

#include "blocks.hpp"
#include "settings.hpp"
#include "time_text.hpp"

namespace slipring::sse {

struct Shard {
  Shard(const sdk::Host &its_host, std::string_view json)
      : host(its_host),
        settings(parse_settings(json)),
        streams(host.counter("sse_streams_total")),
        bad_request(host.counter("sse_bad_request_total")) {}

  // Called by the SDK for each event that a stream of this shard gets.
  sdk::Status render(uint64_t format, const sdk::EventView &event, sdk::RenderWriter &writer);

  // Called by the SDK in rehearsal.
  sdk::Status self_test();

  // Called by the SDK for each mount (slipring/ext/description.h).
  sdk::Status describe(std::string_view path, sdk::Writer &to) const;

  sdk::Host host;
  const Settings settings;
  sdk::Counter streams;      // begun
  sdk::Counter bad_request;  // answered 4xx

 private:
  void make_block(uint64_t format, const sdk::EventView &event);

  json_v1::TimeWriter times_;
  std::string json_;   // of the event being rendered
  std::string block_;  // around it
};

}  // namespace slipring::sse
