// Streams: how the topic space is divided, and who is home to what.
//
// A topic that a configured ephemeral filter matches has no stream: order per topic, no position;
// its home is a shard, by hash of the topic. Every other one belongs to the first stream with a
// filter that matches it; all streams are at home where the log is written (Network::writer()).
//
// Thread-safety: immutable after construction; a History says for itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "stream/history.hpp"

namespace slipring::bus {

using Histories = std::vector<std::shared_ptr<stream::History>>;

// Where an event goes to be sequenced.
struct Destination {
  uint32_t home = 0;    // shard; the number of shards: the writer of streams
  uint32_t stream = 0;  // 0: ephemeral
};

class Streams {
 public:
  // In order of configuration. REQUIRES: legal filters; shards > 0; the streams' filters match all
  // topics; numbers differ and are not 0.
  Streams(uint32_t shards, std::vector<std::string> ephemeral, Histories streams);

  const Histories &all() const { return streams_; }
  stream::History *find(uint32_t number) const;
  stream::History *find(std::string_view name) const;
  const std::vector<std::string> &ephemeral() const { return ephemeral_; }

  Destination destination(std::string_view topic, uint64_t topic_hash) const;

  // The homes that can have events for `filter`, each once: the writer when it reaches a stream,
  // and of the ephemeral topics (one for an exact topic, all for wildcards).
  std::vector<uint32_t> homes(std::string_view filter) const;
  // The numbers of the streams it reaches, ascending; and whether it reaches ephemeral topics.
  std::vector<uint32_t> reached(std::string_view filter) const;
  bool reaches_ephemeral(std::string_view filter) const;

  // RESOURCE_EXHAUSTED: the filters together reach more streams than a cursor can hold.
  Status check_reach(std::span<const std::string> filters) const;

  // Pairs of streams that both match some topics; the first one gets them. For the operator.
  struct Overlap {
    std::string first, second, first_filter, second_filter;
  };
  std::vector<Overlap> overlaps() const;

 private:
  const uint32_t shards_;
  Histories streams_;
  std::vector<std::string> ephemeral_;
};

}  // namespace slipring::bus
