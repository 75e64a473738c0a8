#include "http_date.hpp"

#include <array>
#include <cstddef>
#include <ctime>

namespace slipring::websocket::http {
namespace {

struct Text {
  std::time_t second = -1;
  std::size_t size = 0;
  std::array<char, 40> bytes{};
};

}  // namespace

std::string_view date() {
  thread_local Text text;  // without a destructor, which would outlive the plugin
  const std::time_t now = std::time(nullptr);
  if (now != text.second) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    text.size =
        std::strftime(text.bytes.data(), text.bytes.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    text.second = now;
  }
  return {text.bytes.data(), text.size};
}

}  // namespace slipring::websocket::http
