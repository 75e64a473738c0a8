// Whatever a client sends, in whatever pieces: the parser of the opening handshake stays within its
// limit, gives the same answer as for one piece, and accepts nothing that could be read
// differently.
#include "handshake.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using slipring::websocket::HandshakeParser;
using State = HandshakeParser::State;

constexpr std::size_t limit = 1024;

void require(bool condition) {
  if (!condition) std::abort();
}

bool visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

void check_accepted(const HandshakeParser &parser, std::string_view request) {
  const auto &handshake = parser.handshake();
  require(request.size() <= limit && request.ends_with("\r\n\r\n"));
  require(handshake.path.starts_with('/') && visible(handshake.path) && visible(handshake.query));
  require(!handshake.authority.empty() && visible(handshake.authority));
  require(handshake.key.size() == 24 && visible(handshake.key));
  HandshakeParser ours(limit);
  require(ours.feed(slipring::websocket::canonical_request(handshake.key)) == State::complete);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 64 + 1;
  const std::string_view request(reinterpret_cast<const char *>(data) + 1, size - 1);

  HandshakeParser whole(limit);
  const State answer = whole.feed(request);
  if (answer == State::complete) check_accepted(whole, request);
  if (answer == State::refused) {
    require(whole.error().status >= 400 && whole.error().status < 600);
    require(whole.error().render().find("\r\nConnection: close") != std::string::npos);
  }

  HandshakeParser pieces(limit);
  State state = State::incomplete;
  std::size_t fed = 0;
  for (; fed < request.size() && state == State::incomplete; fed += piece) {
    state = pieces.feed(request.substr(fed, piece));
  }
  // What follows a complete head is refused only when it came with it.
  const bool head_came_first = state == State::complete && fed < request.size();
  require(head_came_first || state == answer);
  return 0;
}
