// Stream: the bytes of one socket, plain or under TLS. Non-blocking; owns neither the socket nor
// what it waits for.
//
// Thread-safety: its shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/tls/flow.hpp"

namespace slipring::tls {
class Layer;
}

namespace slipring::web {

using tls::Flow;
using tls::Moved;

class Stream {
 public:
  explicit Stream(int fd);
  ~Stream();
  Stream(const Stream &) = delete;
  Stream &operator=(const Stream &) = delete;

  // From now on everything goes through it. REQUIRES: nothing was read or written yet.
  void secure(std::unique_ptr<tls::Layer> layer);
  tls::Layer *layer() { return layer_.get(); }
  const tls::Layer *layer() const { return layer_.get(); }

  Moved read(std::span<char> into);
  Moved write(std::string_view bytes);

  // Tells the peer that nothing more comes: close_notify under TLS, then FIN. False: it cannot be
  // told any more.
  bool end();

 private:
  const int fd_;
  std::unique_ptr<tls::Layer> layer_;
};

}  // namespace slipring::web
