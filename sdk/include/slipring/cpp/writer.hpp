// Where exported state and reasons are put. Lent for one call; do not keep it.
#ifndef SLIPRING_CPP_WRITER_HPP
#define SLIPRING_CPP_WRITER_HPP

#include <slipring/cpp/bytes.hpp>
#include <slipring/cpp/status.hpp>

namespace slipring::sdk {

class Writer {
 public:
  // `writer` may be NULL: then what is written goes nowhere.
  explicit Writer(const slipring_writer *writer) noexcept : writer_(writer) {}

  // Appends a copy. RESOURCE_EXHAUSTED: over the host's limit; give up.
  Status write(std::string_view text) noexcept {
    if (writer_ == nullptr) return {};
    return writer_->write(writer_->context, bytes(text));
  }

 private:
  const slipring_writer *writer_;
};

}  // namespace slipring::sdk

#endif
