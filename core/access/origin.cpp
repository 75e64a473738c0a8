#include "access/origin.hpp"

#include <algorithm>

namespace slipring::access {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_default_port(std::string_view authority, std::string_view scheme) {
  const std::string_view port = equal_ignoring_case(scheme, "https") ? ":443" : ":80";
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

bool names(std::string_view origin, std::string_view authority) {
  const size_t scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;  // "null" among others
  const std::string_view scheme = origin.substr(0, scheme_end);
  return equal_ignoring_case(without_default_port(origin.substr(scheme_end + 3), scheme),
                             without_default_port(authority, scheme));
}

}  // namespace

bool origin_allowed(std::string_view origin, std::string_view authority,
                    const std::vector<std::string> &listed) {
  if (origin.empty() || is_listed(origin, listed)) return true;
  return std::ranges::find(listed, "*") != listed.end() || names(origin, authority);
}

bool is_listed(std::string_view origin, const std::vector<std::string> &listed) {
  return std::ranges::any_of(
      listed, [&](const std::string &allowed) { return equal_ignoring_case(allowed, origin); });
}

bool is_own(std::string_view origin, std::string_view scheme, std::string_view authority) {
  const bool weaker = scheme == "https" && !equal_ignoring_case(origin.substr(0, 8), "https://");
  return !weaker && names(origin, authority);
}

}  // namespace slipring::access
