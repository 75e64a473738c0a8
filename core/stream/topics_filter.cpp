#include "stream/topics_filter.hpp"

#include <utility>

#include "stream/database.hpp"
#include "stream/keys.hpp"
#include "stream/offsets.hpp"

namespace slipring::stream {
namespace {

class TopicsFilter : public rocksdb::CompactionFilter {
 public:
  explicit TopicsFilter(std::shared_ptr<const StreamTable> table) : table_(std::move(table)) {}

  const char *Name() const override { return "slipring.topics"; }

  bool Filter(int, const rocksdb::Slice &key, const rocksdb::Slice &value, std::string *,
              bool *) const override {
    const auto entry = parse_topic_key(view(key));
    if (!entry) return false;
    if (entry->stream != stream_) {
      stream_ = entry->stream;
      first_ = table_->first_of(stream_);
    }
    return entry->first < first_ && entry->first + last_offset(view(value)) < first_;
  }

 private:
  std::shared_ptr<const StreamTable> table_;
  // Entries come in order: one look at the table for each stream.
  mutable uint32_t stream_ = 0;
  mutable uint64_t first_ = 0;
};

class Factory : public rocksdb::CompactionFilterFactory {
 public:
  explicit Factory(std::shared_ptr<const StreamTable> table) : table_(std::move(table)) {}

  const char *Name() const override { return "slipring.topics"; }

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context &) override {
    if (!table_->is_complete()) return nullptr;
    return std::make_unique<TopicsFilter>(table_);
  }

 private:
  std::shared_ptr<const StreamTable> table_;
};

}  // namespace

std::shared_ptr<rocksdb::CompactionFilterFactory> make_topics_filter(
    std::shared_ptr<const StreamTable> table) {
  return std::make_shared<Factory>(std::move(table));
}

}  // namespace slipring::stream
