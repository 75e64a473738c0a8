// Keys of the log. Numbers are big-endian, so that keys sort as what they stand for.
//
//   events, deduplication   [stream 4][first sequence 8]
//   topics                  [stream 4][topic][0][first sequence of the record 8]
//   retained                [stream 4][topic]
//
// No topic has a U+0000, so those of one topic stand together, topics in the order of their bytes.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slipring::stream {

template <class Number>
void put_big_endian(std::string &to, Number number) {
  for (int shift = (sizeof number - 1) * 8; shift >= 0; shift -= 8) {
    to += static_cast<char>(number >> shift & 0xff);
  }
}

template <class Number>
Number get_big_endian(std::string_view from) {
  Number number = 0;
  for (const char byte : from.substr(0, sizeof number)) {
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(byte));
  }
  return number;
}

constexpr size_t stream_size = sizeof(uint32_t);
constexpr size_t sequence_size = sizeof(uint64_t);

// Everything of a stream begins with it.
inline std::string stream_key(uint32_t stream) {
  std::string key;
  put_big_endian(key, stream);
  return key;
}

inline std::string record_key(uint32_t stream, uint64_t sequence) {
  std::string key = stream_key(stream);
  put_big_endian(key, sequence);
  return key;
}

inline std::string retained_key(uint32_t stream, std::string_view topic) {
  return stream_key(stream).append(topic);
}

inline std::string topic_key(uint32_t stream, std::string_view topic, uint64_t sequence) {
  std::string key = retained_key(stream, topic);
  key += '\0';
  put_big_endian(key, sequence);
  return key;
}

struct RecordKey {
  uint32_t stream;
  uint64_t first;
};

inline std::optional<RecordKey> parse_record_key(std::string_view key) {
  if (key.size() != stream_size + sequence_size) return std::nullopt;
  return RecordKey{get_big_endian<uint32_t>(key),
                   get_big_endian<uint64_t>(key.substr(stream_size))};
}

struct TopicKey {
  uint32_t stream;
  std::string_view topic;  // inside the key
  uint64_t first;
};

inline std::optional<TopicKey> parse_topic_key(std::string_view key) {
  if (key.size() < stream_size + 1 + sequence_size) return std::nullopt;
  const size_t topic = key.size() - stream_size - 1 - sequence_size;
  if (key[stream_size + topic] != '\0') return std::nullopt;
  return TopicKey{get_big_endian<uint32_t>(key), key.substr(stream_size, topic),
                  get_big_endian<uint64_t>(key.substr(stream_size + topic + 1))};
}

}  // namespace slipring::stream
