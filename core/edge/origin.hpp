// Which web pages may open a session: the Origin check (RFC 6455 §10.2).
//
// A browser sends the Origin of the page that opens a connection, and its cookies with it; any page
// could otherwise talk in a visitor's name. Clients that are no browsers send none and pass.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipring::edge {

// True when `origin` is empty, is listed ("*" lists all), or names the host and port of
// `authority`.
bool origin_allowed(std::string_view origin, std::string_view authority,
                    const std::vector<std::string> &listed);

}  // namespace slipring::edge
