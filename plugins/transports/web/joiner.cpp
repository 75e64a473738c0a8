#include "joiner.hpp"

#include <cstring>

namespace slipring::web {

void Joiner::add(Target &target, std::string_view bytes) {
  if (target_ != &target || size_ + bytes.size() > capacity) flush();
  if (bytes.size() > capacity) {
    target.put(bytes);
    return;
  }
  target_ = &target;
  if (!bytes.empty()) std::memcpy(buffer_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Joiner::flush() {
  Target *const target = target_;
  const std::string_view bytes(buffer_.data(), size_);
  target_ = nullptr;
  size_ = 0;
  if (target != nullptr) target->put(bytes);
}

void Joiner::forget(const Target &target) {
  if (target_ != &target) return;
  target_ = nullptr;
  size_ = 0;
}

}  // namespace slipring::web
