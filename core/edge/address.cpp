#include "edge/address.hpp"

#include <charconv>

namespace slipring::edge {

namespace asio = boost::asio;

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto refused = Status::invalid('"' + std::string(text) +
                                       "\" is no address to listen on; accepted: :8080, "
                                       "127.0.0.1:8080, [::1]:8080, port 0 to 65535");
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused;
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc() || end != port_text.data() + port_text.size()) return refused;

  ListenAddress address;
  if (host.empty()) {
    address.any = true;
    address.endpoint = {asio::ip::tcp::v6(), port};
    return address;
  }
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code bad;
  const auto ip = asio::ip::make_address(std::string(host), bad);
  if (bad || ip.is_v6() != bracketed) return refused;
  address.endpoint = {ip, port};
  return address;
}

std::string to_string(const asio::ip::tcp::endpoint &endpoint) {
  asio::ip::address ip = endpoint.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    ip = asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6());
  }
  const std::string port = ':' + std::to_string(endpoint.port());
  return ip.is_v6() ? '[' + ip.to_string() + ']' + port : ip.to_string() + port;
}

}  // namespace slipring::edge
