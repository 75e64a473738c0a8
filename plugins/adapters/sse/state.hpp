// What a stream's session remembers until its subscription has been made; it moves with the session
// to another version.
//
// Thread-safety: one thread.
#pragma once

#include <slipring/cpp/status.hpp>
#include <slipring/cpp/writer.hpp>
#include <string>
#include <string_view>

#include "sse_state_v1_generated.h"

namespace slipring::sse {

struct Kept {
  state::Place place = state::Place::nowhere;
  bool selection = false;
  std::string allowed_origin;  // as access-control-allow-origin; empty: none
};

// In schema 1, the only one. `load` verifies all of it; not OK: `kept` is as it was.
sdk::Status save(const Kept &kept, uint32_t schema, sdk::Writer &writer);
sdk::Status load(std::string_view exported, uint32_t schema, Kept &kept);

}  // namespace slipring::sse
