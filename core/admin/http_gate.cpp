#include "admin/http_gate.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cctype>
#include <optional>

namespace slipring::admin {
namespace {

namespace ip = boost::asio::ip;

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Without its port; nothing: it is no authority.
std::optional<std::string_view> host_of(std::string_view authority) {
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (!has_port) return authority;
  const std::string_view port = authority.substr(colon + 1);
  const bool digits =
      std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }) && port.size() <= 5;
  if (!digits) return std::nullopt;
  return authority.substr(0, colon);
}

std::optional<ip::address> address_of(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const ip::address address = ip::make_address(host, error);
  if (error || address.is_v6() != bracketed) return std::nullopt;
  return address;
}

bool is_http_origin_of(std::string_view origin, const auto &holds) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return holds(origin.substr(scheme.size()));
  }
  return false;  // "null" among others
}

}  // namespace

bool is_loopback(std::string_view authority) {
  const auto host = host_of(authority);
  if (!host) return false;
  if (same_name(*host, "localhost")) return true;
  const auto address = address_of(*host);
  return address && address->is_loopback();
}

std::string HttpGate::refusal(std::string_view host, std::string_view origin) const {
  const auto name = host_of(host);
  const bool named =
      remote && name &&
      (address_of(*name) || std::ranges::any_of(hosts, [&](const std::string &known) {
         return same_name(known, *name);
       }));
  if (!named && !is_loopback(host)) {
    return "Host: found \"" + std::string(host) + "\", accepted: localhost, a loopback address" +
           (remote ? ", any address, a name of admin.hosts" : "");
  }
  const bool own = origin.empty() || is_http_origin_of(origin, [&](std::string_view authority) {
                     return is_loopback(authority) || same_name(authority, host);
                   });
  if (own) return {};
  return "Origin: found \"" + std::string(origin) + "\", accepted: pages of this machine, or none";
}

}  // namespace slipring::admin
