#include "resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <slipring/cpp/status.hpp>
#include <utility>

namespace slipring::websocket {
namespace {

struct Request {
  uv_getaddrinfo_t native{};
  Resolved resolved;
};

std::vector<std::string> addresses_in(const addrinfo *found) {
  std::vector<std::string> addresses;
  for (; found != nullptr; found = found->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  return addresses;
}

void done(uv_getaddrinfo_t *native, int status, addrinfo *found) {
  const std::unique_ptr<Request> request(static_cast<Request *>(native->data));
  std::vector<std::string> addresses = addresses_in(found);
  uv_freeaddrinfo(found);
  request->resolved(std::move(addresses), status < 0 ? uv_strerror(status) : "it has no address");
}

}  // namespace

void resolve(uv_loop_t &loop, const std::string &host, std::uint16_t port, Resolved resolved) {
  auto request = std::make_unique<Request>();
  request->native.data = request.get();
  request->resolved = std::move(resolved);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  const int status = uv_getaddrinfo(&loop, &request->native, &done, host.c_str(),
                                    std::to_string(port).c_str(), &hints);
  if (status < 0) throw sdk::Error(SLIPRING_UNAVAILABLE, host + ": " + uv_strerror(status));
  (void)request.release();  // `done` has it now
}

}  // namespace slipring::websocket
