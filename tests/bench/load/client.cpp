#include "load/client.hpp"

namespace slipring::bench {

size_t Client::receive(std::span<char> bytes) {
  const size_t used = web_socket_.receive(
      bytes, output(), [this] { listener_.opened(*this); },
      [this](std::string_view answer) { listener_.answered(*this, answer); });
  if (web_socket_.is_closed()) end();
  return used;
}

}  // namespace slipring::bench
