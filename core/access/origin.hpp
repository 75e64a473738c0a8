// Which web pages may open a session: the Origin check (RFC 6455 §10.2).
//
// A browser sends the Origin of the page that opens a connection, and its cookies with it; any page
// could otherwise talk in a visitor's name. Clients that are no browsers send none and pass.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipring::access {

// True when `origin` is empty, is listed ("*" lists all), or names the host and port of
// `authority`.
bool origin_allowed(std::string_view origin, std::string_view authority,
                    const std::vector<std::string> &listed);

// The same without "*": `origin` is listed by its name.
bool is_listed(std::string_view origin, const std::vector<std::string> &listed);

// Whether a page of `origin` is of the host and port of `authority`, reached by `scheme`. A page
// that came in the clear is no page of a host that was reached by "https"; the other way round it
// is: something in front of this host may end TLS.
bool is_own(std::string_view origin, std::string_view scheme, std::string_view authority);

}  // namespace slipring::access
