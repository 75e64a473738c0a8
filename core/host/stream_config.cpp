#include "host/stream_config.hpp"

#include <set>

#include "base/topic.hpp"
#include "base/units.hpp"
#include "event/position.hpp"
#include "host/config_reader.hpp"

namespace slipring::host {

namespace {

constexpr uint64_t most_events = 1'000'000'000'000;
constexpr uint64_t most_per_topic = 1'000'000;

void read_retention(const YAML::Node &node, stream::Retention &retention) {
  ConfigMap map(node, "retention");
  retention = {};
  map.optional("age", [&](const YAML::Node &value) {
    retention.age = read_parsed(value, "age", &parse_duration);
  });
  map.optional("bytes", [&](const YAML::Node &value) {
    retention.bytes = read_parsed(value, "bytes", &parse_size);
  });
  map.optional("events", [&](const YAML::Node &value) {
    retention.events = read_number(value, "events", 1, most_events);
  });
  map.optional("per_topic", [&](const YAML::Node &value) {
    retention.per_topic = read_number(value, "per_topic", 1, most_per_topic);
  });
  map.finish();
}

void read_deduplication(const YAML::Node &node, stream::Settings &stream) {
  ConfigMap map(node, "deduplication");
  map.optional("window", [&](const YAML::Node &value) {
    stream.deduplication_window = read_parsed(value, "window", &parse_duration);
  });
  map.optional("ids", [&](const YAML::Node &value) {
    stream.deduplication_ids = read_number(value, "ids", 1, 1'000'000'000);
  });
  map.finish();
}

void read_filters(const YAML::Node &node, stream::Settings &stream) {
  stream.filters = read_texts(node, "filters");
  if (stream.filters.empty()) {
    throw ConfigError(node, "filters: found none, accepted: at least one");
  }
  for (const std::string &filter : stream.filters) {
    if (const Status status = check_filter(filter); !status.is_ok()) {
      throw ConfigError(node, "filters: found \"" + filter + "\": " + status.message());
    }
  }
  if (stream.name == "default" && stream.filters != std::vector<std::string>{"#"}) {
    throw ConfigError(node, "filters: the default stream has what no other has, accepted: [\"#\"]");
  }
}

stream::Settings read_stream(const YAML::Node &node) {
  ConfigMap map(node, "stream");
  stream::Settings stream = default_stream();
  const YAML::Node name = map.required("name");
  stream.name = read_text(name, "name");
  if (!event::is_stream_name(stream.name)) {
    throw ConfigError(name, "name: found " + found(name) +
                                ", accepted: a letter from a to z, then up to 31 of a-z 0-9 _ -");
  }
  if (stream.name == "default") {
    map.optional("filters", [&](const YAML::Node &value) { read_filters(value, stream); });
  } else {
    read_filters(map.required("filters"), stream);
  }
  map.optional("durability", [&](const YAML::Node &value) {
    stream.durability = read_parsed(value, "durability", &parse_durability);
  });
  map.optional("retention",
               [&](const YAML::Node &value) { read_retention(value, stream.retention); });
  map.optional("ring", [&](const YAML::Node &value) {
    stream.ring_bytes = read_parsed(value, "ring", &parse_size);
  });
  map.optional("deduplication",
               [&](const YAML::Node &value) { read_deduplication(value, stream); });
  map.finish();
  const bool in_memory = stream.durability == stream::Durability::memory;
  if (in_memory && stream.retention.per_topic != 0) {
    throw ConfigError(node,
                      "per_topic: a stream in memory keeps no count per topic, accepted with "
                      "durability log or fsync");
  }
  return stream;
}

}  // namespace

stream::Settings default_stream() {
  stream::Settings stream;
  stream.name = "default";
  stream.filters = {"#"};
  return stream;
}

std::vector<stream::Settings> read_streams(const YAML::Node &node) {
  if (!node.IsSequence()) {
    throw ConfigError(node, "streams: found " + found(node) + ", accepted: a list");
  }
  std::vector<stream::Settings> streams;
  stream::Settings last = default_stream();
  std::set<std::string> names;
  for (const YAML::Node &item : node) {
    stream::Settings stream = read_stream(item);
    if (!names.insert(stream.name).second) {
      throw ConfigError(item, "streams: two are named \"" + stream.name + '"');
    }
    if (stream.name == "default") {
      last = std::move(stream);
    } else {
      streams.push_back(std::move(stream));
    }
  }
  streams.push_back(std::move(last));
  return streams;
}

Result<stream::Durability> parse_durability(std::string_view text) {
  using stream::Durability;
  for (const Durability each : {Durability::memory, Durability::log, Durability::fsync}) {
    if (text == stream::durability_name(each)) return each;
  }
  return Status::invalid("found \"" + std::string(text) + "\", accepted: memory, log, fsync");
}

}  // namespace slipring::host
