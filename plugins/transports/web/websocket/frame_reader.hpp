// WebSocket frames as a client sends them (RFC 6455 §5), read strictly and unmasked where they lie.
//
// Bytes may come cut anywhere: a header cut in two is kept here, and so is the payload of a control
// frame; the payload of data frames is handed on as it comes. What a message is (fragments, control
// frames between them) is checked here; text and compression are MessageReader's.
//
// Not thread-safe. Not used any more after an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "common/frame.hpp"
#include "violation.hpp"

namespace slipring::web {

using websocket::Opcode;

class FrameReader {
 public:
  enum class What : std::uint8_t { nothing, data, control, error };

  struct Found {
    What what = What::nothing;
    Opcode opcode = Opcode::text;  // data: of the message; control: of the frame
    bool last = false;             // data: the message ends here
    bool compressed = false;       // data: the message came with RSV1
    std::span<char> payload;       // until the next call; not empty for data, but at the last
    Violation violation;           // error
  };

  struct Limits {
    bool compression = false;  // RSV1 was negotiated
    std::uint64_t room = 0;    // bytes that may still come of this message, when not compressed
  };

  // What is found first in `bytes`, from which it is cut off. `nothing`: all was used.
  Found next(std::span<char> &bytes, const Limits &limits);

 private:
  struct ControlPayload {
    std::array<char, 125> bytes;
    std::size_t size = 0;
  };

  bool fill_header(std::span<char> &bytes, std::size_t size);
  std::size_t header_size() const;
  Violation check_start(bool compression) const;
  Violation begin_payload(std::uint64_t room);
  std::uint64_t length() const;
  Found data(std::span<char> payload);
  Found control(std::span<char> payload);
  std::span<char> unmask_front(std::span<char> &bytes);

  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_have_ = 0;
  bool in_payload_ = false;
  std::uint64_t left_ = 0;  // of the frame's payload
  std::array<std::uint8_t, 4> mask_{};
  std::uint8_t message_ = 0;  // opcode of the message under way; 0: none
  std::uint8_t opcode_ = 0;   // of the frame
  bool final_ = false;
  bool compressed_ = false;                  // the message under way
  std::unique_ptr<ControlPayload> control_;  // of one that came in pieces
};

// XORs with the mask (RFC 6455 §5.3), which is turned so that it fits what comes next.
void unmask(std::span<char> bytes, std::array<std::uint8_t, 4> &mask);

}  // namespace slipring::web
