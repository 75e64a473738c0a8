#include "compression.hpp"

#include <utility>

namespace slipring::web {
namespace {

constexpr std::size_t scratch_bytes = 64 * 1024;
constexpr int largest_window = 15;

// Whoever keeps no context can be served by any window that is large enough.
int window_for(const Deflation &deflation) {
  return deflation.client_takes_over ? deflation.client_bits : largest_window;
}

}  // namespace

Compression::Compression(const WebSocketLimits &limits)
    : budget_(limits.deflate_memory), cache_(budget_, limits.deflate_memory / 4) {}

Compression::~Compression() = default;

// What is promised for as long as a connection lives takes half of the budget at most: the rest is
// for messages on their way.
bool Compression::grant(Deflation &deflation) {
  if (!budget_.has(Inflater::memory(largest_window))) return false;
  if (deflation.client_takes_over) {
    deflation.client_takes_over =
        budget_.take(Inflater::memory(deflation.client_bits), budget_.limit() / 2);
  }
  return true;
}

void Compression::release(const Deflation &deflation) {
  if (deflation.client_takes_over) budget_.give_back(Inflater::memory(deflation.client_bits));
}

std::unique_ptr<Inflater> Compression::borrow(const Deflation &deflation) {
  const int bits = window_for(deflation);
  if (deflation.client_takes_over) return Inflater::make(bits);  // counted by `grant`
  if (spare_ != nullptr) return std::move(spare_);
  if (!budget_.take(Inflater::memory(bits))) return nullptr;
  auto made = Inflater::make(bits);
  if (made == nullptr) budget_.give_back(Inflater::memory(bits));
  return made;
}

void Compression::give_back(std::unique_ptr<Inflater> inflater, const Deflation &deflation) {
  if (inflater == nullptr || deflation.client_takes_over) return;
  if (spare_ == nullptr) {
    inflater->reset();
    spare_ = std::move(inflater);
  } else {
    budget_.give_back(Inflater::memory(largest_window));
  }
}

std::span<char> Compression::scratch() {
  scratch_.resize(scratch_bytes);
  return scratch_;
}

}  // namespace slipring::web
