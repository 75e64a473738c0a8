// The JSON form of an event: CloudEvents 1.0, for the command line and REST.
//
//   topic           subject            trace_parent, trace_state       traceparent, tracestate
//   partition_key   partitionkey       correlation_id, causation_id    correlationid, causationid
//   content_type    datacontenttype    schema_id                       dataschema
//   time_ns         time               attributes                      extensions of their own
//
// id, source and type have their names; CloudEvents demands all three, so an event without gets its
// position, "urn:slipring" and its operation. What else an event says is in extensions that begin
// with "slipr" (cloud_event.cpp). The payload is `data` when it is JSON or text by its content type
// and in fact, `data_base64` otherwise. JSON goes through Boost.JSON: numbers beyond 64 bits or
// double come back changed; who needs the bytes as they are takes the event.
//
// Left out: attributes whose keys CloudEvents does not allow, and what only one protocol has.
//
// Thread-safety: pure functions.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "event/event.hpp"

namespace slipring::event {

// `position`: as text; empty on an ephemeral topic.
boost::json::object to_cloud_event(const Event &event, std::string_view position);

// A FlatBuffer for Event::take(), which checks the values; here only their form is checked. All
// members may be left out but `subject`. What the host says of an event (position, time of
// recording, origin) is ignored, so that what one command prints another can publish.
Result<std::vector<uint8_t>> from_cloud_event(const boost::json::object &json);

}  // namespace slipring::event
