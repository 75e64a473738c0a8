#include "message_reader.hpp"

#include <algorithm>
#include <array>
#include <slipring/cpp/bytes.hpp>
#include <utility>

#include "compression.hpp"

namespace slipring::web {
namespace {

// What senders leave out at the end of a message (RFC 7692 §7.2.1).
constexpr std::array<char, 4> tail = {0, 0, '\xff', '\xff'};

std::string_view view(std::span<const char> bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace

Violation MessageReader::take(const FrameReader::Found &found, const Context &context,
                              slipring_session session) {
  const Target target{context, session, found.opcode};
  if (!found.compressed) return hand_on(found.payload, found.last, target);
  if (inflater_ == nullptr) inflater_ = context.compression->borrow(deflation_);
  if (inflater_ == nullptr) {
    return {CloseCode::try_again, "too many compressed messages at a time"};
  }
  const Violation violation = inflate(found, target);
  if (found.last && !deflation_.client_takes_over) stop(context);
  return violation;
}

void MessageReader::stop(const Context &context) {
  if (inflater_ != nullptr) context.compression->give_back(std::move(inflater_), deflation_);
}

Violation MessageReader::inflate(const FrameReader::Found &found, const Target &target) {
  const std::span<char> scratch = target.context.compression->scratch();
  std::size_t filled = 0;
  const std::array<std::span<const char>, 2> parts = {
      found.payload, found.last ? std::span<const char>(tail) : std::span<const char>()};
  for (std::span<const char> rest : parts) {
    bool may_have_more = !rest.empty();
    while (may_have_more) {
      const auto step = inflater_->step(rest, scratch.subspan(filled));
      filled += step.written;
      may_have_more = !rest.empty() || filled == scratch.size();
      if (filled == scratch.size()) {
        if (const Violation violation = hand_on(scratch, false, target)) return violation;
        filled = 0;
      }
      if (step.bad) {
        // What came before the bad byte counts first, however it was cut.
        if (const Violation v = hand_on(scratch.first(filled), false, target)) return v;
        return {CloseCode::invalid_data, "compressed data is broken"};
      }
    }
  }
  if (found.last && !inflater_->between_blocks()) {
    if (const Violation v = hand_on(scratch.first(filled), false, target)) return v;
    return {CloseCode::invalid_data, "compressed data ends too early"};
  }
  return hand_on(scratch.first(filled), found.last, target);
}

// What is over the limit counts behind what is not: so a violation does not depend on how the bytes
// were cut.
Violation MessageReader::hand_on(std::span<const char> bytes, bool last, const Target &target) {
  const std::uint64_t left = room(target.context.settings.websocket.message);
  const bool fits = bytes.size() <= left;
  const bool is_text = target.opcode == Opcode::text;
  if (is_text && !text_.feed(view(fits ? bytes : bytes.first(static_cast<std::size_t>(left))))) {
    return {CloseCode::invalid_data, "text is not UTF-8"};
  }
  if (!fits) return {CloseCode::too_big, "the message is too long"};
  if (last && is_text && !text_.complete()) {
    return {CloseCode::invalid_data, "text ends in the middle of a character"};
  }
  received_ += bytes.size();
  if (last) {
    received_ = 0;
    text_.reset();
  }
  if (bytes.empty() && !last) return {};
  target.context.front.receive(target.session, {.bytes = sdk::bytes(view(bytes)),
                                                .kind = static_cast<std::uint8_t>(target.opcode),
                                                .more = last ? std::uint8_t{0} : std::uint8_t{1},
                                                .pad_ = {}});
  return {};
}

}  // namespace slipring::web
