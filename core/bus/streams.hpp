// Streams: how the topic space is divided, and who is home to what.
//
// A topic that a configured ephemeral filter matches has no stream: order per topic, no position.
// All others belong to the default stream. It is kept in memory only: it has an epoch that is new
// with each start, and a sequence without gaps.
//
// Thread-safety: immutable after construction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slipring::bus {

enum class Durability { memory };

struct StreamInfo {
  uint32_t number = 1;  // 0 is no stream
  std::string name;
  std::vector<std::string> filters;
  Durability durability = Durability::memory;
  uint64_t epoch = 0;
  uint32_t home = 0;  // shard
};

// Where an event goes to be sequenced.
struct Destination {
  uint32_t home = 0;    // shard
  uint32_t stream = 0;  // 0: ephemeral
};

class Streams {
 public:
  // The default stream and the ephemeral topics. REQUIRES: legal filters; shards > 0.
  Streams(uint32_t shards, std::vector<std::string> ephemeral, uint64_t epoch);

  const std::vector<StreamInfo> &all() const { return streams_; }
  const StreamInfo *find(uint32_t number) const;
  const std::vector<std::string> &ephemeral() const { return ephemeral_; }

  Destination destination(std::string_view topic, uint64_t topic_hash) const;

  // The homes that can have events for `filter`, each once: of every stream it reaches, and of the
  // ephemeral topics (one for an exact topic, all for wildcards).
  std::vector<uint32_t> homes(std::string_view filter) const;
  // The numbers of the streams it reaches, ascending; and whether it reaches ephemeral topics.
  std::vector<uint32_t> reached(std::string_view filter) const;
  bool reaches_ephemeral(std::string_view filter) const;

 private:
  const uint32_t shards_;
  std::vector<StreamInfo> streams_;
  std::vector<std::string> ephemeral_;
};

}  // namespace slipring::bus
