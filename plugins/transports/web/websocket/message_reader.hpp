// From the payload of data frames to messages for the host: inflated (RFC 7692 §7.2.2), checked to
// be UTF-8 while it comes (RFC 6455 §8.1), bounded, and handed on in parts.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include "common/utf8.hpp"
#include "context.hpp"
#include "deflate_offer.hpp"
#include "frame_reader.hpp"
#include "inflater.hpp"

namespace slipring::web {

class MessageReader {
 public:
  explicit MessageReader(const Deflation &deflation) : deflation_(deflation) {}

  // Bytes that may still come of the message under way. REQUIRES: `limit` is always the same.
  std::uint64_t room(std::uint64_t limit) const { return limit - received_; }

  // Hands on what a data frame brought. REQUIRES: no violation was found before.
  Violation take(const FrameReader::Found &found, const Context &context, slipring_session session);

  // Frees what the message under way, or the client's context, takes. Nothing is taken any more.
  void stop(const Context &context);

  const Deflation &deflation() const { return deflation_; }

 private:
  struct Target {
    const Context &context;
    slipring_session session;
    Opcode opcode;
  };

  Violation inflate(const FrameReader::Found &found, const Target &target);
  Violation hand_on(std::span<const char> bytes, bool last, const Target &target);

  websocket::Utf8 text_;
  const Deflation deflation_;
  std::uint64_t received_ = 0;  // of the message under way, as handed on
  std::unique_ptr<Inflater> inflater_;
};

}  // namespace slipring::web
