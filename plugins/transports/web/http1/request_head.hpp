// The head of a request, read strictly: by Boost.Beast's parser, and then by the rules of RFC 9110
// and RFC 9112 that it does not hold requests to.
//
// Not thread-safe. A RequestHead borrows from the bytes it was read from.
#pragma once

#include <slipring/ext/profile-http.h>

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/http_error.hpp"
#include "settings.hpp"

namespace slipring::web {

struct RequestHead {
  std::string_view method;
  std::string_view path;  // as sent; "*" of OPTIONS
  std::string_view query;
  std::string_view authority;                                 // empty: HTTP/1.0 without Host
  boost::container::small_vector<slipring_field, 32> fields;  // all, names in lower case
  std::uint64_t length = 0;  // of the body; SLIPRING_LENGTH_UNKNOWN: chunked
  std::uint32_t version = 11;
  bool keep_alive = true;
  bool expects_continue = false;
};

// Reads a whole head, and writes its field names in lower case where they stand. Answers what is
// wrong with it, or nothing. REQUIRES: HeadScanner found it complete and it begins with the request
// line.
std::optional<websocket::HttpError> read_request_head(std::span<char> bytes,
                                                      const HttpLimits &limits, RequestHead &head);

}  // namespace slipring::web
