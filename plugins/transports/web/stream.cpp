#include "stream.hpp"

#include <sys/socket.h>

#include <cerrno>

#include "common/tls/layer.hpp"

namespace slipring::web {
namespace {

Moved moved(ssize_t size) {
  if (size > 0) return {Flow::moved, static_cast<std::size_t>(size)};
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {later ? Flow::blocked : Flow::broken};
}

}  // namespace

Stream::Stream(int fd) : fd_(fd) {}

Stream::~Stream() = default;

void Stream::secure(std::unique_ptr<tls::Layer> layer) {
  layer_ = std::move(layer);
}

Moved Stream::read(std::span<char> into) {
  if (layer_) return layer_->read(into);
  const ssize_t size = recv(fd_, into.data(), into.size(), 0);
  return size == 0 ? Moved{Flow::ended} : moved(size);
}

Moved Stream::write(std::string_view bytes) {
  if (layer_) return layer_->write(bytes);
  return moved(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

bool Stream::end() {
  if (layer_) layer_->end();
  return shutdown(fd_, SHUT_WR) == 0;
}

}  // namespace slipring::web
