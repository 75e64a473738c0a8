// What a request is answered that the host or its adapter refused to open.
#pragma once

#include <slipring/ext/field.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "front.hpp"

namespace slipring::web {

struct HostRefusal {
  int code = 0;
  std::string body;  // one line
  std::vector<std::pair<std::string, std::string>> fields;
};

// `fields`: of the request. Who was not let in is told so as a problem (RFC 9457), and with what to
// come (RFC 6750 §3).
HostRefusal host_refusal(Front::Opened opened, std::span<const slipring_field> fields);

}  // namespace slipring::web
