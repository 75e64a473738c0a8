// JSON Schemas of what subscriptions bring, for descriptions of adapters that send it
// (slipring/ext/description.h).
//
// Thread-safety: pure function.
#pragma once

#include <string>
#include <string_view>

namespace slipring::json_v1 {

// What differs between protocols.
struct EventSchemas {
  std::string_view adapter;    // names begin with it and "."
  bool has_ids = false;        // "id" of the subscribe, "sub" of a gap
  bool has_cursors = false;    // events may have one
  std::string_view more = {};  // further members, each behind a comma
};

// An object: subscribed, event, gap, id, position, lost.
std::string event_schemas(const EventSchemas &differences);

}  // namespace slipring::json_v1
