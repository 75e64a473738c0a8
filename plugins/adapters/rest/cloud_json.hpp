// CloudEvents in JSON: structured and batch mode (CloudEvents JSON format 1.0.2 §3, §4).
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "draft.hpp"
#include "problem.hpp"

namespace slipring::rest {

// An event out of one JSON object. `draft` holds views into `json` and `arena`.
// REQUIRES: `arena` has room for twice as many bytes as `json` has, so that it never moves.
Check read_cloud_event(std::string_view json, std::string &arena, Draft &draft);

// The elements of a JSON array.
Check split_batch(std::string_view json, std::vector<std::string_view> &elements);

}  // namespace slipring::rest
