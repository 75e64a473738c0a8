// TopicIndex: which records of a stream have events of a topic.
//
// An entry may be of a record that is gone or was damaged; who uses it looks at the record.
//
// Thread-safety: none; sees the log as it was when the index was made.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stream/database.hpp"

namespace slipring::stream {

class TopicIndex {
 public:
  TopicIndex(const Database &database, uint32_t stream);

  // Events of one topic in one record, ascending.
  struct Entry {
    uint64_t first = 0;  // of the record
    std::vector<uint64_t> sequences;
  };
  // The last entry of a record that begins at `sequence` or before.
  std::optional<Entry> before(std::string_view topic, uint64_t sequence);
  // The first entry of a record that begins at `sequence` or behind.
  std::optional<Entry> behind(std::string_view topic, uint64_t sequence);

  // Topics that one of the filters matches (without filters: all), ascending; at most
  // `most`.
  std::vector<std::string> topics(std::span<const std::string> filters, size_t most);

  // False once something could not be read: then what was not found may be there.
  bool is_whole() const { return whole_; }

 private:
  template <class Matches>
  void collect(std::string_view prefix, Matches matches, size_t most, std::set<std::string> &to);
  std::optional<Entry> here(std::string_view topic);

  uint32_t stream_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  bool whole_ = true;
};

// With which every topic begins that the filter matches. REQUIRES: a legal filter.
std::string_view literal_prefix(std::string_view filter);

}  // namespace slipring::stream
