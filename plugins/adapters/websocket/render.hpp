// An event as a message of slipring.json.v1: the same bytes for every session that gets it, but for
// the cursor of those that asked for one.
//
// Thread-safety: one thread for each `times`.
#pragma once

#include <slipring/cpp/event.hpp>
#include <slipring/cpp/render.hpp>
#include <slipring/cpp/status.hpp>
#include <string>

#include "time_text.hpp"

namespace slipring::json_v1 {

// The formats of a subscription, part of the state schema.
constexpr uint64_t plain_format = 1;
constexpr uint64_t cursors_format = 2;  // in no state before schema 2

// A format in the terms of a schema. What is lost on the way back to schema 1 is the cursor.
constexpr uint64_t format_in(uint32_t schema, uint64_t format) noexcept {
  return schema < 2 ? plain_format : format;
}

// Writes it into `to`, replacing what it held. A payload that says it is JSON is put in as it is,
// when it is; every other one as base64 with its content type.
void write_event(std::string &to, const sdk::EventView &event, TimeWriter &times);

// Passes such a message on with one member more at its end: "cursor", which the host fills in for
// each session. Changes `message`.
sdk::Status write_with_cursor(std::string &message, sdk::RenderWriter &writer);

}  // namespace slipring::json_v1
