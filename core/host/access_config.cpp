#include "host/access_config.hpp"

#include <algorithm>
#include <chrono>

#include "base/units.hpp"
#include "host/config_reader.hpp"

namespace slipring::host {
namespace {

constexpr std::chrono::seconds shortest_lifetime{1};
constexpr std::chrono::minutes longest_lifetime{10};
constexpr uint64_t most_tickets = 1'000'000;

// RFC 6265 §4.1.1: a token of RFC 9110 §5.6.2.
bool is_cookie_name(std::string_view text) {
  const auto is_token = [](char c) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_token);
}

access::TicketLimits read_tickets(const YAML::Node &node) {
  ConfigMap map(node, "ticket");
  access::TicketLimits limits;
  map.optional("lifetime", [&](const YAML::Node &value) {
    limits.lifetime = read_parsed(value, "lifetime", &parse_duration);
    if (limits.lifetime < shortest_lifetime || limits.lifetime > longest_lifetime) {
      throw ConfigError(value, "lifetime: found " + found(value) + ", accepted: 1s to 10min");
    }
  });
  map.optional("limit", [&](const YAML::Node &value) {
    limits.total = read_number(value, "limit", 1, most_tickets);
  });
  map.optional("limit_per_identity", [&](const YAML::Node &value) {
    limits.per_identity = read_number(value, "limit_per_identity", 1, most_tickets);
  });
  map.finish();
  return limits;
}

std::shared_ptr<const access::TokenFile> read_tokens(const YAML::Node &node) {
  auto tokens = access::TokenFile::read(read_text(node, "tokens"));
  if (!tokens) throw ConfigError(node, "tokens: " + tokens.status().message());
  return std::move(*tokens);
}

}  // namespace

AccessConfig read_access(const YAML::Node &node) {
  ConfigMap map(node, "access");
  AccessConfig access;
  access.tokens = read_tokens(map.required("tokens"));
  map.optional("bearer", [&](const YAML::Node &value) {
    access.carriers.bearer = read_flag(value, "bearer");
  });
  map.optional("cookie", [&](const YAML::Node &value) {
    access.carriers.cookie = read_text(value, "cookie");
    if (!is_cookie_name(access.carriers.cookie)) {
      throw ConfigError(value, "cookie: found " + found(value) +
                                   ", accepted: a cookie's name, such as __Host-session");
    }
  });
  map.optional("ticket", [&](const YAML::Node &value) {
    access.tickets = read_tickets(value);
    access.carriers.ticket = true;
  });
  map.finish();
  if (!access.carriers.bearer && access.carriers.cookie.empty()) {
    throw ConfigError(node,
                      "access: found neither bearer nor cookie, accepted: one of them at "
                      "least, for a token to come in");
  }
  return access;
}

access::Need read_need(const YAML::Node &node, bool configured) {
  const std::string text = read_text(node, "access");
  if (text == "none") return access::Need::none;
  const bool known = text == "optional" || text == "required";
  if (!known) {
    throw ConfigError(node,
                      "access: found " + found(node) + ", accepted: none, optional, required");
  }
  if (!configured) {
    throw ConfigError(node, "access: found " + found(node) +
                                ", accepted: none, as this file has no section access");
  }
  return text == "optional" ? access::Need::optional : access::Need::required;
}

}  // namespace slipring::host
