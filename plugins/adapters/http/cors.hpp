// Which pages of other origins may read (Fetch, §3.2 CORS protocol). Who may ask at all the host
// has decided before, by the endpoint's origins.
//
// Thread-safety: pure functions.
#pragma once

#include <chrono>
#include <slipring/cpp/http.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::http {

struct Cors {
  std::vector<std::string> origins;  // "*": all; empty: no page of another origin
  bool credentials = false;          // REQUIRES: not with "*"
  std::chrono::seconds max_age = std::chrono::minutes(10);

  bool allows_all() const;
};

// The value of access-control-allow-origin for a request; empty: the field is not sent.
std::string allowed_origin(const Cors &cors, const sdk::Fields &fields);

// The fields of an answer that pages of `origin`, which allowed_origin() said, may read; `exposed`:
// fields that their scripts may see.
void allow(sdk::Response &response, const Cors &cors, std::string_view origin,
           std::string_view exposed);

// Whether a request of the method OPTIONS is a browser's question before another one.
bool is_preflight(const sdk::Fields &fields);

}  // namespace slipring::http
