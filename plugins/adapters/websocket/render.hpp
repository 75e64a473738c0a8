// An event as a message of slipring.json.v1: the same bytes for every session that gets it.
//
// Thread-safety: one thread for each `times`.
#pragma once

#include <slipring/cpp/event.hpp>
#include <string>

#include "time_text.hpp"

namespace slipring::json_v1 {

// The number of this rendering, part of the state schema: slipring.json.v1.
constexpr uint64_t json_v1_format = 1;

// Writes it into `to`, replacing what it held. A payload that says it is JSON is put in as it is,
// when it is; every other one as base64 with its content type.
void write_event(std::string &to, const sdk::EventView &event, TimeWriter &times);

}  // namespace slipring::json_v1
