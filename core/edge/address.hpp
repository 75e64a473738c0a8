// Addresses to listen on, as people write them: ":8080", "127.0.0.1:8080", "[::1]:8080".
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::edge {

struct ListenAddress {
  boost::asio::ip::tcp::endpoint endpoint;
  bool any = false;  // no host was given: every interface, IPv6 and IPv4 on one socket
};

Result<ListenAddress> parse_listen_address(std::string_view text);

// "192.0.2.1:4711", "[2001:db8::1]:4711"; an IPv4 address mapped into IPv6 is written as IPv4.
std::string to_string(const boost::asio::ip::tcp::endpoint &endpoint);

}  // namespace slipring::edge
