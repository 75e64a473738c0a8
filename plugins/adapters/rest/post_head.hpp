// The head of a POST: what has to be known before its body is read, and is refused at once when it
// will not do.
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/cpp/http.hpp>

#include "problem.hpp"
#include "settings.hpp"
#include "state_v1_generated.h"

namespace slipring::rest {

// Media types of bodies that are read, for Accept-Post (W3C LDP §7.1) and messages.
constexpr std::string_view accepted_types =
    "application/json, application/cloudevents+json, application/cloudevents-batch+json, */*";

Check read_post_head(const sdk::Request &request, const Settings &settings, state::PostT &post);

}  // namespace slipring::rest
