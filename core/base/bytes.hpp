// Conversions between the ABI's borrowed byte ranges and C++ views. All borrow; none copies.
#pragma once

#include <slipring/abi.h>

#include <span>
#include <string>
#include <string_view>

namespace slipring {

inline slipring_bytes to_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

inline slipring_bytes to_bytes(std::span<const uint8_t> bytes) {
  return {bytes.data(), bytes.size()};
}

inline std::string_view to_text(slipring_bytes bytes) {
  return {reinterpret_cast<const char *>(bytes.data), bytes.size};
}

inline std::span<const uint8_t> to_span(slipring_bytes bytes) {
  return {bytes.data, bytes.size};
}

// A slipring_writer that appends to a string up to a limit, to be lent to a plugin for one call.
class StringWriter {
 public:
  explicit StringWriter(size_t limit) : limit_(limit) {}
  StringWriter(const StringWriter &) = delete;
  StringWriter &operator=(const StringWriter &) = delete;

  const slipring_writer *abi() const { return &writer_; }
  const std::string &text() const { return text_; }
  std::string &text() { return text_; }
  bool overflowed() const { return overflowed_; }
  void clear() {
    text_.clear();
    overflowed_ = false;
  }

 private:
  static slipring_status append(void *context, slipring_bytes bytes) {
    auto &self = *static_cast<StringWriter *>(context);
    if (bytes.size > self.limit_ - self.text_.size()) {
      self.overflowed_ = true;
      return SLIPRING_RESOURCE_EXHAUSTED;
    }
    self.text_.append(to_text(bytes));
    return SLIPRING_OK;
  }

  size_t limit_;
  bool overflowed_ = false;
  std::string text_;
  slipring_writer writer_{this, &append};
};

}  // namespace slipring
