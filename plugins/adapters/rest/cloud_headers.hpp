// CloudEvents in the HTTP binding's binary mode: attributes are fields that begin with "ce-"
// (CloudEvents HTTP protocol binding 1.0.2 §3.1).
//
// Thread-safety: pure functions.
#pragma once

#include <slipring/cpp/http.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "problem.hpp"

namespace slipring::rest {

struct Attribute {
  std::string name;
  std::string value;
};

// Appends what a field's value means: quotes and percent-encoding undone (§3.1.3.2). False: it
// means no text.
bool append_attribute_value(std::string &to, std::string_view field);

// Appends the attributes that the fields hold; none: it is no CloudEvent in binary mode.
Check read_cloud_headers(const sdk::Fields &fields, std::vector<Attribute> &to);

}  // namespace slipring::rest
