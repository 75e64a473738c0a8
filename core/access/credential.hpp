// Finding the credential in a request: in Authorization (RFC 6750 §2.1), in a cookie, or a ticket
// in the query.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/request.hpp"
#include "base/status.hpp"

namespace slipring::access {

// Where one may be.
struct Carriers {
  bool bearer = true;
  std::string cookie{};  // its name; empty: in none
  bool ticket = false;

  bool operator==(const Carriers &) const = default;
};

enum class Carrier { none, bearer, cookie, ticket, certificate };

struct Credential {
  Carrier carrier = Carrier::none;
  std::string_view secret;  // in the request
};

// What a client brings on purpose goes before a cookie, which its browser adds by itself.
// INVALID_ARGUMENT: two are brought where one is to be.
Result<Credential> find_credential(const Carriers &carriers, const Request &request);

// The query without its tickets; nothing: there are none in it.
std::optional<std::string> without_ticket(std::string_view query);

}  // namespace slipring::access
