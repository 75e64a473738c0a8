// Settings of one stream: which topics it has, how long it keeps events, how safe they are.
//
// Thread-safety: plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::stream {

// What holds before an event is acknowledged and before any reader sees it.
enum class Durability : uint8_t {
  memory,  // in this process: survives a client that is away, not the host
  log,     // written: survives the host, not the machine
  fsync    // synced: survives the machine
};

// "memory", "log", "fsync".
std::string_view durability_name(Durability durability);

// What is kept at least; 0: without limit. Events are removed in steps, so a little more is kept.
struct Retention {
  std::chrono::nanoseconds age{0};
  uint64_t bytes = 0;
  uint64_t events = 0;
  uint64_t per_topic = 0;  // of each topic the last so many; older ones are superseded, not lost

  bool operator==(const Retention &) const = default;
};

struct Settings {
  std::string name;                  // event::is_stream_name()
  std::vector<std::string> filters;  // legal
  Durability durability = Durability::fsync;
  Retention retention{std::chrono::hours(24), uint64_t{1} << 30, 0, 0};
  // The latest events are kept in memory too. Of a stream in memory that is all there is, and its
  // retention of bytes.
  size_t ring_bytes = size_t{16} << 20;
  // How long, and how many, deduplication ids are remembered.
  std::chrono::nanoseconds deduplication_window = std::chrono::minutes(2);
  size_t deduplication_ids = 1'000'000;

  bool operator==(const Settings &) const = default;
};

}  // namespace slipring::stream
