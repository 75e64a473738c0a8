// What all clients of a shard share: buffers that are used again for each message, and counters.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/host.hpp>
#include <slipring/cpp/render.hpp>
#include <slipring/cpp/writer.hpp>
#include <string>
#include <vector>

#include "render.hpp"

namespace slipring::json_v1 {

struct Shard {
  explicit Shard(const sdk::Host &its_host)
      : host(its_host),
        bad_json(host.counter("websocket_bad_json_total")),
        bad_request(host.counter("websocket_bad_request_total")),
        refused(host.counter("websocket_refused_total")) {}

  // Called by the SDK for each event that a session of this shard gets.
  sdk::Status render(uint64_t format, const sdk::EventView &event, sdk::RenderWriter &writer) {
    if (format != plain_format && format != cursors_format)
      return {SLIPRING_UNIMPLEMENTED,
              "found format " + std::to_string(format) + "; accepted: 1 and 2"};
    write_event(out, event, times);
    // What has no position moves no cursor.
    const bool plain = format == plain_format || event.printed_position().empty();
    return plain ? writer.write(out) : write_with_cursor(out, writer);
  }

  // For each subscription of a session that moves.
  void export_format(uint64_t format, uint32_t schema, uint64_t &exported) {
    exported = format_in(schema, format);
  }

  // Called by the SDK in rehearsal.
  sdk::Status self_test();

  // Called by the SDK for each mount (slipring/ext/description.h).
  sdk::Status describe(std::string_view path, sdk::Writer &to) const;

  sdk::Host host;
  sdk::Counter bad_json;     // messages that are no JSON object
  sdk::Counter bad_request;  // answered INVALID_ARGUMENT or UNIMPLEMENTED
  sdk::Counter refused;      // answered any other error

  sdk::EventBuilder event;
  TimeWriter times;
  std::string out;    // the message being written
  std::string arena;  // texts of the message being read, as far as they were written with escapes
  std::vector<slipring_bytes> filters;
  std::vector<slipring_bytes> cursors;
};

}  // namespace slipring::json_v1
