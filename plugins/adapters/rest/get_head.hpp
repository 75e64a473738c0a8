// The head of a GET or HEAD: what is read, and where reading begins.
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/cpp/http.hpp>
#include <string>
#include <vector>

#include "problem.hpp"
#include "settings.hpp"
#include "state_v1_generated.h"

namespace slipring::rest {

constexpr std::string_view event_type = "application/cloudevents+json";
constexpr std::string_view events_type = "application/cloudevents-batch+json";

// Where reading begins, as slipring_start says it.
struct Begin {
  uint32_t kind = 0;  // SLIPRING_START_…
  uint64_t number = 0;
  std::vector<std::string> cursors;
};

Check read_get_head(const sdk::Request &request, const Settings &settings, state::ReadT &read,
                    Begin &begin);

}  // namespace slipring::rest
