#include "target.hpp"

#include <algorithm>
#include <charconv>
#include <slipring/cpp/status.hpp>

namespace slipring::websocket {
namespace {

[[noreturn]] void fail(std::string_view text) {
  throw sdk::Error(SLIPRING_INVALID_ARGUMENT,
                   "target: found \"" + std::string(text) +
                       "\", accepted: ws://host:port/path?query or wss://, in printable ASCII, "
                       "without user and fragment");
}

bool may_stand_in_a_request(char c) {
  return c > ' ' && c < '\x7f' && c != '#';
}

}  // namespace

Target Target::parse(std::string_view text) {
  Target target;
  std::string_view rest = text;
  if (rest.starts_with("wss://")) {
    target.secure = true;
    rest.remove_prefix(6);
  } else if (rest.starts_with("ws://")) {
    rest.remove_prefix(5);
  } else {
    fail(text);
  }
  if (!std::all_of(rest.begin(), rest.end(), &may_stand_in_a_request)) fail(text);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  target.path = rest.substr(0, rest.find('?'));
  if (target.path.size() < rest.size()) target.query = rest.substr(target.path.size() + 1);
  if (target.path.empty()) target.path = "/";

  const bool bracketed = authority.starts_with('[');
  const std::size_t host_end =
      bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) fail(text);
  target.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  std::string_view port = authority.substr(host_end + (bracketed ? 1 : 0));
  if (target.host.empty() || authority.find('@') != std::string_view::npos) fail(text);
  target.authority = authority;
  target.port = target.secure ? 443 : 80;
  if (port.empty()) return target;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (error != std::errc() || end != port.data() + port.size() || target.port == 0) fail(text);
  return target;
}

}  // namespace slipring::websocket
