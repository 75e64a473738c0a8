// What is said in an event stream (HTML §9.2.6): blocks of fields, each ended by an empty line.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <slipring/cpp/completion.hpp>
#include <slipring/cpp/event.hpp>
#include <slipring/cpp/render.hpp>
#include <slipring/cpp/status.hpp>
#include <string>
#include <string_view>

namespace slipring::sse {

// The formats of a subscription, part of the state schema.
constexpr uint64_t by_message = 1;  // events are of the type "message"
constexpr uint64_t by_type = 2;     // they are of their own

// A comment: clients pass over it, and connections do not fall silent.
constexpr std::string_view heartbeat = ":\n\n";

// Appends a field "data" for each line of it, as line ends cannot stand in one.
void append_data(std::string &to, std::string_view data);

// Appends the type of an event as that of its block. One that cannot stand there, or that means
// something else there, is left out: the event is a "message" then.
void append_type(std::string &to, std::string_view type);

// A finished block but for its id, which is a hole that the host fills with the session's cursor.
// An event without position has none: it leaves the client's where it is.
sdk::Status write_block(std::string_view block, bool has_position, sdk::RenderWriter &writer);

// What a stream begins with: how long to wait before coming back, where the stream begins, and what
// is missing before it. `id`: empty, or the place before the first event.
std::string opening(const sdk::Subscribed &made, uint64_t retry_ms, std::string_view id);

// The same in one line, a structured field (RFC 8941): live; recovered;count=17; gap;reason="…".
std::string origin_field(const sdk::Subscribed &made);

// {"op":"gap",…} as the block of its own type.
std::string gap_block(const sdk::Gap &gap);

}  // namespace slipring::sse
