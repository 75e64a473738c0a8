#include "stream/database_repair.hpp"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "observe/log.hpp"

namespace slipring::stream {
namespace {

using Tables = std::vector<rocksdb::SstFileMetaData>;

// Has CURRENT name it, also after a power failure.
rocksdb::Status set_current(rocksdb::Env &env, const std::string &directory,
                            const std::string &manifest) {
  const std::string temporary = directory + "/CURRENT.new";
  rocksdb::Status status = rocksdb::WriteStringToFile(&env, manifest + "\n", temporary, true);
  if (status.ok()) status = env.RenameFile(temporary, directory + "/CURRENT");
  std::unique_ptr<rocksdb::Directory> itself;
  if (status.ok()) status = env.NewDirectory(directory, &itself);
  return status.ok() ? itself->Fsync() : status;
}

rocksdb::Status mend_locked(rocksdb::Env &env, const std::string &directory) {
  std::vector<std::string> files;
  rocksdb::Status status = env.GetChildren(directory, &files);
  if (!status.ok()) return status;
  std::string current;
  const bool is_there = rocksdb::ReadFileToString(&env, directory + "/CURRENT", &current).ok();
  bool has_tables = false;
  std::vector<std::string> manifests;
  for (const std::string &file : files) {
    if (file.starts_with("MANIFEST-")) manifests.push_back(file);
    has_tables = has_tables || file.ends_with(".sst");
    if (file.starts_with("MANIFEST-") && current == file + "\n") return rocksdb::Status::OK();
  }
  if (!is_there && !has_tables && manifests.empty()) return rocksdb::Status::OK();  // a new one
  if (manifests.size() != 1) {
    return rocksdb::Status::Corruption(directory, "CURRENT does not name the list of its tables");
  }
  observe::warn("log_damaged", {{"directory", directory},
                                {"found", "CURRENT does not name the list of its tables"},
                                {"action", "written anew: there is one list"}});
  return set_current(env, directory, manifests.front());
}

// Those that have keys without a sequence number, in the order of their first keys.
Tables unnumbered(rocksdb::DB &db, rocksdb::ColumnFamilyHandle *family) {
  rocksdb::ColumnFamilyMetaData metadata;
  db.GetColumnFamilyMetaData(family, &metadata);
  Tables tables;
  for (const auto &level : metadata.levels) {
    for (const auto &table : level.files) {
      if (table.smallest_seqno == 0) tables.push_back(table);
    }
  }
  std::sort(tables.begin(), tables.end(),
            [](const auto &a, const auto &b) { return a.smallestkey < b.smallestkey; });
  return tables;
}

bool overlap(const Tables &tables) {
  std::string last;
  for (const auto &table : tables) {
    if (&table != &tables.front() && table.smallestkey <= last) return true;
    last = std::max(last, table.largestkey);
  }
  return false;
}

// A lookup finds the newest value, merging may take either: where that is not the table's, it is
// written once more.
rocksdb::Status write_newest(rocksdb::DB &db, rocksdb::ColumnFamilyHandle *family,
                             const rocksdb::SstFileMetaData &table) {
  rocksdb::Options options;
  options.env = db.GetEnv();
  rocksdb::SstFileReader reader(options);
  rocksdb::Status status = reader.Open(table.db_path + table.name);
  if (!status.ok()) return status;
  const std::unique_ptr<rocksdb::Iterator> iterator(reader.NewIterator(rocksdb::ReadOptions()));
  rocksdb::WriteBatch batch;
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    rocksdb::PinnableSlice newest;
    status = db.Get(rocksdb::ReadOptions(), family, iterator->key(), &newest);
    if (status.IsNotFound() || (status.ok() && newest == iterator->value())) continue;
    if (!status.ok()) return status;
    batch.Put(family, iterator->key(), newest);
  }
  return iterator->status().ok() ? db.Write(rocksdb::WriteOptions(), &batch) : iterator->status();
}

}  // namespace

rocksdb::Status mend_current(rocksdb::Env &env, const std::string &directory) {
  rocksdb::FileLock *lock = nullptr;
  // Opening tells better what is wrong: it is open elsewhere, or there is no such directory yet.
  if (!env.LockFile(directory + "/LOCK", &lock).ok()) return rocksdb::Status::OK();
  rocksdb::Status status = mend_locked(env, directory);
  env.UnlockFile(lock).PermitUncheckedError();
  return status;
}

rocksdb::Status merge_doubles(rocksdb::DB &db,
                              std::span<rocksdb::ColumnFamilyHandle *const> families) {
  for (rocksdb::ColumnFamilyHandle *family : families) {
    const Tables tables = unnumbered(db, family);
    if (!overlap(tables)) continue;
    rocksdb::Status status;
    for (const auto &table : tables) {
      if (status.ok()) status = write_newest(db, family, table);
    }
    if (status.ok()) {
      status = db.CompactRange(rocksdb::CompactRangeOptions(), family, nullptr, nullptr);
    }
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

}  // namespace slipring::stream
