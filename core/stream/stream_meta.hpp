// StreamMeta: what the log keeps of each stream beside its events.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stream/log_values.hpp"

namespace slipring::stream {

struct StreamMeta {
  uint32_t number = 0;
  std::string name;
  std::vector<Epoch> epochs;
  uint64_t first = 1;
  // Losses that an epoch tells of, ascending, apart from each other.
  std::vector<Range> losses;
  // Up to here a missing sequence may be one that a count per topic superseded.
  uint64_t sparse_through = 0;
};

constexpr size_t max_epochs = 64;
constexpr size_t max_losses = 1024;

// With a checksum.
std::string encode_meta(const StreamMeta &meta);
std::optional<StreamMeta> decode_meta(std::string_view value);

// Adds a loss to those that are known; the oldest go when there are too many.
void add_loss(std::vector<Range> &losses, Range loss);
// What of `range` is in none of `losses`.
std::vector<Range> without(Range range, const std::vector<Range> &losses);

// A new epoch that begins at `first`, the only one that does.
void add_epoch(std::vector<Epoch> &epochs, uint64_t first);

}  // namespace slipring::stream
