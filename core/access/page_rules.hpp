// What a web page may do with a credential that is not in its own hands: the rules against pages
// that speak in a visitor's name (RFC 6455 §10.2; RFC 6265 §8.2).
//
// A browser tells of pages by Origin, and where it sends none (a GET to the page's own origin) by
// Sec-Fetch-Site (W3C Fetch Metadata). Neither can be set by a script.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/request.hpp"

namespace slipring::access {

// What a browser adds by itself, whoever asks it to.
enum class Ambient { cookie, certificate };

// Whether that counts here. The page has to be of this host or of an origin in `listed` by name;
// "*" lists nobody. Without Origin a cookie counts for a page's reads alone, and nothing does when
// Sec-Fetch-Site says that the page is another's.
bool may_use(Ambient credential, const Request &request, const std::vector<std::string> &listed);

// Whether a ticket that was issued to `origin` may be used: by pages of that origin. Issued to none
// (empty), by anybody.
bool may_use_ticket(std::string_view origin, const Request &request);

// A question of a browser's own, to which it adds no credential (Fetch §3.2.2).
bool is_preflight(const Request &request);

}  // namespace slipring::access
