// What the host holds of a connection, accepted or dialled: the pointer it calls message/1 with.
//
// Not thread-safe: used on its shard.
#pragma once

#include <slipring/ext/profile-message.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace slipring::websocket {

class MessagePeer {
 public:
  virtual std::size_t write(const slipring_frame *frames, std::size_t count) = 0;
  virtual void set_reading(bool reading) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;

 protected:
  ~MessagePeer() = default;
};

}  // namespace slipring::websocket
