// Buffer: immutable bytes owned by the host, shared by reference.
//
// What an adapter sends is copied once into a Buffer; every queue that has to deliver it holds a
// BufferRef. So nothing of a plugin's memory outlives its generation.
//
// Thread-safety: the count is not atomic. A buffer and its references stay on one shard.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>
#include <utility>

namespace slipring {

class BufferRef {
 public:
  BufferRef() = default;

  // A new buffer of `size` bytes, to be filled through `fill()` before it is shared.
  static BufferRef allocate(size_t size) {
    void *memory = std::malloc(sizeof(Block) + size);
    if (memory == nullptr) throw std::bad_alloc();
    return BufferRef(new (memory) Block{size, 1});
  }

  BufferRef(const BufferRef &other) : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  BufferRef(BufferRef &&other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  BufferRef &operator=(BufferRef other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~BufferRef() {
    if (block_ != nullptr && --block_->references == 0) std::free(block_);
  }

  size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  std::span<const uint8_t> bytes() const { return {data(), size()}; }
  // REQUIRES: not shared yet.
  uint8_t *fill() { return data(); }

 private:
  struct Block {
    size_t size;
    size_t references;
  };

  explicit BufferRef(Block *block) : block_(block) {}
  uint8_t *data() const {
    return block_ == nullptr ? nullptr : reinterpret_cast<uint8_t *>(block_ + 1);
  }

  Block *block_ = nullptr;
};

}  // namespace slipring
