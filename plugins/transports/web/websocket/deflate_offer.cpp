#include "deflate_offer.hpp"

#include <algorithm>

#include "common/http_syntax.hpp"

namespace slipring::web {
namespace {

namespace http = websocket::http;

constexpr std::string_view permessage_deflate = "permessage-deflate";

// Reads an extension list from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) { skip_space(); }

  bool at_end() const { return rest_.empty(); }

  // Whether `c` comes next; then it and the space behind it are skipped.
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    skip_space();
    return true;
  }

  // Empty: no token comes next.
  std::string_view token() {
    const std::size_t end = std::min(rest_.find_first_of(" \t,;=\""), rest_.size());
    const std::string_view found = rest_.substr(0, end);
    if (!http::is_token(found)) return {};
    rest_.remove_prefix(end);
    skip_space();
    return found;
  }

  // A token, or one in quotes (RFC 6455 §9.1). Empty: neither.
  std::string value() {
    if (!rest_.starts_with('"')) return std::string(token());
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\') rest_.remove_prefix(1);
      if (rest_.empty()) return {};
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    const bool closed = take('"');
    return closed && http::is_token(text) ? text : std::string();
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  std::string_view rest_;
};

bool parse_parameters(Scanner &scanner, ExtensionOffer &offer) {
  while (scanner.take(';')) {
    ExtensionOffer::Parameter parameter{scanner.token(), std::nullopt};
    if (parameter.name.empty()) return false;
    if (scanner.take('=')) {
      parameter.value = scanner.value();
      if (parameter.value->empty()) return false;
    }
    offer.parameters.push_back(std::move(parameter));
  }
  return true;
}

// 8 to 15, without leading zeros.
std::optional<std::uint8_t> window_bits(const std::string &text) {
  if (text == "8" || text == "9") return static_cast<std::uint8_t>(text[0] - '0');
  if (text.size() != 2 || text[0] != '1' || text[1] < '0' || text[1] > '5') return std::nullopt;
  return static_cast<std::uint8_t>(10 + text[1] - '0');
}

bool is_repeated(const ExtensionOffer &offer, std::string_view name) {
  return std::count_if(offer.parameters.begin(), offer.parameters.end(),
                       [&](const auto &each) { return http::equal(each.name, name); }) > 1;
}

bool apply(const ExtensionOffer::Parameter &parameter, DeflateOffer &granted) {
  const auto is = [&](std::string_view name) { return http::equal(parameter.name, name); };
  if (is("server_no_context_takeover")) return !parameter.value;
  if (is("client_no_context_takeover")) {
    granted.deflation.client_takes_over = false;
    return !parameter.value;
  }
  if (is("client_max_window_bits") && !parameter.value) return true;  // it would take a limit
  const bool server = is("server_max_window_bits");
  if (!server && !is("client_max_window_bits")) return false;
  const auto bits = parameter.value ? window_bits(*parameter.value) : std::nullopt;
  if (!bits) return false;
  (server ? granted.deflation.server_bits : granted.deflation.client_bits) = *bits;
  (server ? granted.names_server_bits : granted.names_client_bits) = true;
  return true;
}

std::optional<DeflateOffer> grant(const ExtensionOffer &offer) {
  if (!http::equal(offer.name, permessage_deflate)) return std::nullopt;
  DeflateOffer granted;
  granted.deflation.enabled = true;
  granted.deflation.client_takes_over = true;
  const bool good =
      std::all_of(offer.parameters.begin(), offer.parameters.end(), [&](const auto &parameter) {
        return !is_repeated(offer, parameter.name) && apply(parameter, granted);
      });
  return good ? std::optional(granted) : std::nullopt;
}

}  // namespace

// Empty elements of a list are skipped (RFC 9110 §5.6.1.2).
bool parse_extensions(std::string_view list, std::vector<ExtensionOffer> &offers) {
  Scanner scanner(list);
  while (true) {
    while (scanner.take(',')) {
    }
    if (scanner.at_end()) return true;
    ExtensionOffer offer{scanner.token(), {}};
    if (offer.name.empty() || !parse_parameters(scanner, offer)) return false;
    offers.push_back(std::move(offer));
    if (!scanner.at_end() && !scanner.take(',')) return false;
  }
}

std::optional<DeflateOffer> choose_deflate_offer(const std::vector<ExtensionOffer> &offers) {
  for (const ExtensionOffer &offer : offers) {
    if (auto granted = grant(offer)) return granted;
  }
  return std::nullopt;
}

std::string deflate_answer(const DeflateOffer &offer) {
  std::string answer = "permessage-deflate; server_no_context_takeover";
  const auto bits = [](std::uint8_t value) { return std::to_string(static_cast<int>(value)); };
  if (!offer.deflation.client_takes_over) answer += "; client_no_context_takeover";
  if (offer.names_server_bits) {
    answer += "; server_max_window_bits=" + bits(offer.deflation.server_bits);
  }
  if (offer.names_client_bits) {
    answer += "; client_max_window_bits=" + bits(offer.deflation.client_bits);
  }
  return answer;
}

}  // namespace slipring::web
