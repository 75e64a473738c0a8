// Which pages of other origins may read (Fetch, §3.2 CORS protocol). Who may ask at all the host
// has decided before, by the endpoint's origins.
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/cpp/http.hpp>
#include <string>
#include <string_view>

#include "settings.hpp"

namespace slipring::sse {

// The value of access-control-allow-origin for a request; empty: the field is not sent.
std::string allowed_origin(const CorsSettings &cors, const sdk::Fields &fields);

// The fields of an answer that pages of that origin may read.
void allow(sdk::Response &response, const CorsSettings &cors, std::string_view origin);

}  // namespace slipring::sse
