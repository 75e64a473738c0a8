// The parts of a request's target as text: percent-encoding (RFC 3986 §2.1) and query parameters
// (WHATWG URL §5.1).
//
// Thread-safety: pure functions.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace slipring::http {

// Appends what `text` means. False: a "%" that two hexadecimal digits do not follow.
bool append_decoded(std::string &to, std::string_view text);
// The same of a query, where "+" is a space.
bool append_decoded_query(std::string &to, std::string_view text);

// Appends `text` so that it can stand in a path: what RFC 3986 §3.3 does not allow there is
// percent-encoded, and "%"; "/" stays.
void append_path(std::string &to, std::string_view text);

// take(name, value) -> whether to go on, for each parameter of a query, decoded. False: a bad
// escape, or it did not go on.
template <class Take>
bool for_each_parameter(std::string_view query, Take &&take) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string name;
    std::string value;
    if (!append_decoded_query(name, pair.substr(0, equals)) ||
        !append_decoded_query(value, pair.substr(std::min(equals + 1, pair.size()))) ||
        !take(name, value)) {
      return false;
    }
  }
  return true;
}

}  // namespace slipring::http
