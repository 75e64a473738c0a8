#include "host/stream_info.hpp"

#include <slipring/ext/streams.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "base/topic.hpp"

namespace slipring::host {

namespace {

thread_local const bus::Streams *streams_of_shard = nullptr;

slipring_stream_info info_of(const stream::History &history) {
  const stream::Retention &retention = history.settings().retention;
  // `last` first: what is kept grows at the other end only.
  const uint64_t last = history.last();
  return {sizeof(slipring_stream_info),
          to_bytes(history.name()),
          history.epoch(),
          history.first(),
          last,
          static_cast<uint32_t>(history.settings().durability),
          0,
          static_cast<uint64_t>(retention.age.count()),
          retention.bytes,
          retention.events,
          retention.per_topic};
}

slipring_status of_topic(const slipring_host *, slipring_bytes topic, slipring_stream_info *info) {
  if (streams_of_shard == nullptr) return SLIPRING_UNAVAILABLE;
  if (!check_topic(to_text(topic)).is_ok()) return SLIPRING_INVALID_ARGUMENT;
  // The hash decides between the homes of ephemeral topics, which does not matter here.
  const uint32_t number = streams_of_shard->destination(to_text(topic), 0).stream;
  const stream::History *const history = number == 0 ? nullptr : streams_of_shard->find(number);
  if (history == nullptr) return SLIPRING_NOT_FOUND;
  slipring_stream_info found = info_of(*history);
  found.struct_size = std::min(info->struct_size, sizeof found);
  std::memcpy(info, &found, found.struct_size);
  return SLIPRING_OK;
}

constexpr slipring_streams_host streams_table{sizeof(slipring_streams_host), &of_topic};

static_assert(static_cast<uint32_t>(stream::Durability::memory) == SLIPRING_DURABILITY_MEMORY);
static_assert(static_cast<uint32_t>(stream::Durability::log) == SLIPRING_DURABILITY_LOG);
static_assert(static_cast<uint32_t>(stream::Durability::fsync) == SLIPRING_DURABILITY_FSYNC);

}  // namespace

void set_stream_source(const bus::Streams *streams) {
  streams_of_shard = streams;
}

void add_stream_extension(plugin::ExtensionSet &extensions) {
  extensions.add(SLIPRING_STREAMS, &streams_table);
}

}  // namespace slipring::host
