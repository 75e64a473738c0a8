// Whether a client takes streams of events: the field Accept (RFC 9110 §12.5.1).
#pragma once

#include <slipring/cpp/http.hpp>

namespace slipring::sse {

// By the range that fits best. What is no media range is passed over; a client that says nothing
// takes everything.
bool accepts_event_stream(const sdk::Fields &fields);

}  // namespace slipring::sse
