// Fixed-width fields, little-endian, as values of the log hold them.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace slipring::stream {

template <class Number>
void put(std::string &to, Number number) {
  to.append(reinterpret_cast<const char *>(&number), sizeof number);
}

// Reads fields in order; once one is missing, it and all behind it are 0 and ok() is false.
class FieldReader {
 public:
  explicit FieldReader(std::string_view from) : left_(from) {}

  template <class Number>
  Number get() {
    Number number{};
    if (const std::string_view bytes = take(sizeof number); !bytes.empty()) {
      std::memcpy(&number, bytes.data(), sizeof number);
    }
    return number;
  }

  // Empty when there are not so many.
  std::string_view take(size_t size) {
    if (!ok_ || left_.size() < size) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  bool ok() const { return ok_; }
  std::string_view left() const { return left_; }

 private:
  std::string_view left_;
  bool ok_ = true;
};

}  // namespace slipring::stream
