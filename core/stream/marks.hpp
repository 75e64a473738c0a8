// Marks: how far each stream has come, in a file beside the log.
//
// Mapped, written after each commit at the price of a store to memory, synced once a second. What
// is below a mark and not in the log when it is opened has been lost. Each stream has two slots
// with checksums, written in turn, so that one is whole whenever the process or the machine stops.
// The head says whose log it is, since which start of the machine it has been open, and whether it
// was closed in order.
//
// Thread-safety: none; the log's writer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::stream {

struct Mark {
  uint64_t last = 0;
  uint64_t first = 1;
  uint64_t epoch = 0;
};

class Marks {
 public:
  struct Head {
    std::string machine;
    std::string boot;
    bool closed = false;
  };

  // Room for `streams`; the file is made, and grows. `read_only`: what is written stays in memory.
  static Result<Marks> open(const std::filesystem::path &file, uint32_t streams, bool read_only);
  Marks() = default;
  Marks(Marks &&other) noexcept;
  Marks &operator=(Marks &&other) noexcept;
  ~Marks();

  // Nothing: there is none, or it is damaged.
  std::optional<Head> head() const;
  void set_head(const Head &head);

  // Streams are numbered from 1.
  std::optional<Mark> get(uint32_t stream) const;
  // Whether a slot is neither whole nor unused: then what get() says may be old.
  bool is_damaged(uint32_t stream) const;
  void set(uint32_t stream, const Mark &mark);

  Status sync();

 private:
  unsigned char *memory_ = nullptr;
  size_t size_ = 0;
  uint32_t streams_ = 0;
};

}  // namespace slipring::stream
