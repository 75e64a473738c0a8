#include "access/credential.hpp"

#include <algorithm>

namespace slipring::access {
namespace {

// One value, or that there are several.
struct Values {
  std::string_view value{};
  size_t count = 0;

  void add(std::string_view another) {
    value = another;
    ++count;
  }
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// Calls `use` with each part between separators.
template <class Use>
void split(std::string_view text, char separator, const Use &use) {
  for (;;) {
    const size_t end = text.find(separator);
    use(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// "ticket", however it is escaped: an adapter that unescapes names is not to see one either.
bool is_ticket(std::string_view name) {
  constexpr std::string_view wanted = "ticket";
  size_t at = 0;
  for (const char expected : wanted) {
    if (at >= name.size()) return false;
    char c = name[at++];
    if (c == '%' && at + 1 < name.size() && digit(name[at]) >= 0 && digit(name[at + 1]) >= 0) {
      c = static_cast<char>(digit(name[at]) * 16 + digit(name[at + 1]));
      at += 2;
    }
    if (c != expected) return false;
  }
  return at == name.size();
}

bool is_ticket_parameter(std::string_view parameter) {
  return is_ticket(parameter.substr(0, parameter.find('=')));
}

Values tickets_of(std::string_view query) {
  Values tickets;
  split(query, '&', [&](std::string_view parameter) {
    if (!is_ticket_parameter(parameter)) return;
    const size_t equals = parameter.find('=');
    tickets.add(equals == std::string_view::npos ? "" : parameter.substr(equals + 1));
  });
  return tickets;
}

// Only of the scheme Bearer: others are none of this host's.
Values bearers_of(const Request &request) {
  constexpr std::string_view scheme = "bearer";
  Values tokens;
  for (const slipring_field &field : request.fields) {
    if (to_text(field.name) != "authorization") continue;
    const std::string_view value = trimmed(to_text(field.value));
    const size_t end = std::min(value.find(' '), value.size());
    const bool is_bearer = std::ranges::equal(value.substr(0, end), scheme, {}, lower);
    if (is_bearer) tokens.add(trimmed(value.substr(end)));
  }
  return tokens;
}

// Over HTTP/2 a browser may send its cookies in several fields (RFC 9113 §8.2.3).
Values cookies_of(const Request &request, std::string_view name) {
  Values cookies;
  for (const slipring_field &field : request.fields) {
    if (to_text(field.name) != "cookie") continue;
    split(to_text(field.value), ';', [&](std::string_view pair) {
      const size_t equals = pair.find('=');
      if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)) != name) return;
      cookies.add(trimmed(pair.substr(equals + 1)));
    });
  }
  return cookies;
}

}  // namespace

Result<Credential> find_credential(const Carriers &carriers, const Request &request) {
  const Values tokens = carriers.bearer ? bearers_of(request) : Values();
  const Values tickets = carriers.ticket ? tickets_of(request.query) : Values();
  if (tokens.count + tickets.count > 1) {
    return Status::invalid(
        "more than one credential; accepted: one, in Authorization or as ticket");
  }
  if (tokens.count == 1) return Credential{Carrier::bearer, tokens.value};
  if (tickets.count == 1) return Credential{Carrier::ticket, tickets.value};
  if (carriers.cookie.empty()) return Credential{};
  // Another site of the same domain can set a second one (RFC 6265 §8.6); which is whose, nobody
  // knows.
  const Values cookies = cookies_of(request, carriers.cookie);
  if (cookies.count > 1) {
    return Status::invalid("more than one cookie \"" + carriers.cookie + "\"; accepted: one");
  }
  return cookies.count == 1 ? Credential{Carrier::cookie, cookies.value} : Credential{};
}

std::optional<std::string> without_ticket(std::string_view query) {
  if (tickets_of(query).count == 0) return std::nullopt;
  std::string rest;
  split(query, '&', [&](std::string_view parameter) {
    if (is_ticket_parameter(parameter)) return;
    if (!rest.empty()) rest += '&';
    rest += parameter;
  });
  return rest;
}

}  // namespace slipring::access
