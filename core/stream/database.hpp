// Database: RocksDB as the log uses it.
//
// Opening goes as far as it can. RocksDB's log of writes is replayed past damage, and table files
// that are damaged are found when they are read; what is lost by that, the log finds out itself.
// When it cannot be opened at all, its files are sorted anew from what can be read (repaired()).
//
// Thread-safety: as RocksDB: everything on any thread.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.hpp"

namespace slipring::stream {

// What may be only in RocksDB's log of writes, and so can be lost by damage of it.
constexpr uint64_t max_unflushed = uint64_t{32} << 20;

enum class Family { meta, events, topics, retained, deduplication };
constexpr size_t families = 5;

class Database {
 public:
  struct Options {
    std::filesystem::path directory;
    rocksdb::Env *env = nullptr;
    bool read_only = false;
    // Decides when files are merged which entries of `topics` go.
    std::shared_ptr<rocksdb::CompactionFilterFactory> topics_filter;
  };
  static Result<std::unique_ptr<Database>> open(const Options &options);
  ~Database();
  Database(const Database &) = delete;
  Database &operator=(const Database &) = delete;

  bool repaired() const { return repaired_; }

  rocksdb::DB &db() const { return *db_; }
  rocksdb::ColumnFamilyHandle *family(Family family) const {
    return handles_[static_cast<size_t>(family)];
  }

  Status write(rocksdb::WriteBatch &batch, bool sync);
  // NOT_FOUND, or as it is.
  Result<std::string> get(Family family, std::string_view key) const;
  // `long_scan`: much is going to be read in order.
  std::unique_ptr<rocksdb::Iterator> iterate(Family family, bool long_scan) const;
  Status flush();
  // After a write or a sync failed: what RocksDB holds in memory goes to new files, and its log of
  // writes is begun anew, so that nothing is relied on that the failed one may have left behind.
  Status begin_anew();

 private:
  Database() = default;
  // `merging`: files may be merged from now on.
  rocksdb::Status open_once(const Options &options, bool merging);
  rocksdb::Status check_tables() const;
  rocksdb::Status repair(const Options &options);
  void close();

  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle *, families> handles_{};
  bool repaired_ = false;
};

// RESOURCE_EXHAUSTED: no space; DATA_LOSS: damaged; UNAVAILABLE: what the disk or RocksDB refuses.
Status to_status(std::string_view what, const rocksdb::Status &status);

inline rocksdb::Slice slice(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view view(const rocksdb::Slice &slice) {
  return {slice.data(), slice.size()};
}

}  // namespace slipring::stream
