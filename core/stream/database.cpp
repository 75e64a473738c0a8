#include "stream/database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>

#include <vector>

#include "observe/log.hpp"
#include "stream/database_repair.hpp"
#include "stream/iterator.hpp"
#include "stream/meta_keys.hpp"
#include "stream/patient_files.hpp"

namespace slipring::stream {
namespace {

constexpr size_t write_buffer = size_t{8} << 20;
constexpr size_t block_cache = size_t{4} << 20;
constexpr int never = 1 << 30;
constexpr size_t long_readahead = size_t{2} << 20;

constexpr std::array<const char *, families> names = {"default", "events", "topics", "retained",
                                                      "deduplication"};

rocksdb::DBOptions database_options(rocksdb::Env *env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  // Damage of one file would otherwise end all writing; it is found when the file is read.
  options.paranoid_checks = false;
  options.max_total_wal_size = max_unflushed;
  options.db_write_buffer_size = 2 * write_buffer;
  options.max_open_files = 256;
  options.max_background_jobs = 2;
  options.max_bgerror_resume_count = 0;  // the log decides when
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.keep_log_file_num = 2;
  options.max_log_file_size = size_t{1} << 20;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.bytes_per_sync = size_t{1} << 20;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_options(
    const std::shared_ptr<rocksdb::CompactionFilterFactory> &topics_filter, bool merging) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache, 2);
  table.block_size = size_t{16} << 10;
  table.format_version = 5;
  // A damaged block is in the way of those alone who need it: one before it need not be read.
  table.index_type = rocksdb::BlockBasedTableOptions::kBinarySearchWithFirstKey;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char *name : names) {
    rocksdb::ColumnFamilyOptions options;
    options.write_buffer_size = write_buffer;
    options.max_write_buffer_number = 2;
    options.disable_auto_compactions = !merging;
    options.arena_block_size = size_t{128} << 10;
    options.target_file_size_base = size_t{16} << 20;
    options.max_bytes_for_level_base = size_t{128} << 20;
    options.compression = rocksdb::kNoCompression;
    // Files that cannot be merged because of damage would end all writing sooner or later.
    options.level0_slowdown_writes_trigger = never;
    options.level0_stop_writes_trigger = never;
    options.soft_pending_compaction_bytes_limit = 0;
    options.hard_pending_compaction_bytes_limit = 0;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    families.emplace_back(name, options);
  }
  families[static_cast<size_t>(Family::topics)].options.compaction_filter_factory = topics_filter;
  families[static_cast<size_t>(Family::topics)].options.compression = rocksdb::kLZ4Compression;
  return families;
}

bool is_lock(const rocksdb::Status &status) {
  return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

bool is_damage(const rocksdb::Status &status) {
  return status.IsCorruption() || status.IsIOError() || status.IsPathNotFound() ||
         status.IsInvalidArgument();
}

}  // namespace

Status to_status(std::string_view what, const rocksdb::Status &status) {
  std::string text = std::string(what) + ": " + status.ToString();
  const bool is_full = status.IsNoSpace() || text.find(no_space) != std::string::npos;
  if (is_full) return {SLIPRING_RESOURCE_EXHAUSTED, std::move(text)};
  if (status.IsCorruption()) return {SLIPRING_DATA_LOSS, std::move(text)};
  if (status.IsNotFound()) return {SLIPRING_NOT_FOUND, std::move(text)};
  return Status::unavailable(std::move(text));
}

rocksdb::Status Database::open_once(const Options &options, bool merging) {
  const std::string name = options.directory.string();
  std::vector<rocksdb::ColumnFamilyHandle *> handles;
  rocksdb::DB *db = nullptr;
  const auto families = family_options(options.topics_filter, merging);
  rocksdb::Status status =
      options.read_only
          ? rocksdb::DB::OpenForReadOnly(database_options(env_.get()), name, families, &handles,
                                         &db)
          : rocksdb::DB::Open(database_options(env_.get()), name, families, &handles, &db);
  if (!status.ok()) return status;
  db_.reset(db);
  std::copy(handles.begin(), handles.end(), handles_.begin());
  return status;
}

Result<std::unique_ptr<Database>> Database::open(const Options &options) {
  std::unique_ptr<Database> database(new Database);
  rocksdb::Env *below = options.env == nullptr ? rocksdb::Env::Default() : options.env;
  database->env_ = rocksdb::NewCompositeEnv(make_patient(below->GetFileSystem()));
  rocksdb::Status status;
  if (!options.read_only) {
    status = mend_current(*database->env_, options.directory.string());
  }
  if (status.ok()) status = database->open_once(options, true);
  const std::string where = "The log in " + options.directory.string();
  if (is_lock(status)) {
    return Status(SLIPRING_FAILED_PRECONDITION,
                  where +
                      " is open elsewhere: one process at a time can have it. Stop the other "
                      "one, or give this one a directory of its own (" +
                      status.ToString() + ")");
  }
  if (status.ok() && !options.read_only) status = database->check_tables();
  if (status.ok() && !options.read_only) {
    status = merge_doubles(*database->db_, database->handles_);
  }
  if (!status.ok() && is_damage(status) && !options.read_only) {
    observe::warn("log_damaged", {{"directory", options.directory.string()},
                                  {"found", status.ToString()},
                                  {"action", "sorting its files anew"}});
    status = database->repair(options);
  }
  if (!status.ok()) {
    Status error = to_status(where + " cannot be opened", status);
    return Status(error.code(), error.message() +
                                    ". It is damaged beyond what can be repaired here: put back a "
                                    "copy, or move the directory away to begin with an empty log");
  }
  return database;
}

// One that cannot be opened would make all of its family unreadable.
rocksdb::Status Database::check_tables() const {
  std::vector<rocksdb::LiveFileMetaData> tables;
  db_->GetLiveFilesMetaData(&tables);
  rocksdb::Options options;
  options.env = env_.get();
  for (const rocksdb::LiveFileMetaData &table : tables) {
    const std::string name = table.db_path + table.name;
    uint64_t size = 0;
    rocksdb::Status status = env_->GetFileSize(name, &size);
    if (status.ok() && size != table.size) {
      status = rocksdb::Status::Corruption(name, "has another size than it had");
    }
    if (status.ok()) status = rocksdb::SstFileReader(options).Open(name);
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

// Nothing is merged before what stands in two tables is.
rocksdb::Status Database::repair(const Options &options) {
  close();
  rocksdb::Status status =
      rocksdb::RepairDB(options.directory.string(), database_options(env_.get()),
                        family_options(options.topics_filter, false));
  if (status.ok()) status = open_once(options, false);
  if (status.ok()) status = merge_doubles(*db_, handles_);
  if (status.ok()) status = db_->EnableAutoCompaction({handles_.begin(), handles_.end()});
  repaired_ = status.ok();
  return status;
}

Database::~Database() {
  close();
}

void Database::close() {
  if (db_ == nullptr) return;
  rocksdb::CancelAllBackgroundWork(db_.get(), true);
  for (rocksdb::ColumnFamilyHandle *handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close().PermitUncheckedError();
  db_.reset();
}

Status Database::write(rocksdb::WriteBatch &batch, bool sync) {
  rocksdb::WriteOptions options;
  options.sync = sync;
  const rocksdb::Status status = db_->Write(options, &batch);
  return status.ok() ? Status::ok() : to_status("Writing to the log failed", status);
}

Result<std::string> Database::get(Family family, std::string_view key) const {
  std::string value;
  const rocksdb::Status status =
      db_->Get(rocksdb::ReadOptions(), this->family(family), slice(key), &value);
  if (!status.ok()) return to_status("Reading from the log failed", status);
  return value;
}

std::unique_ptr<rocksdb::Iterator> Database::iterate(Family family, bool long_scan) const {
  rocksdb::ReadOptions options;
  if (long_scan) {
    options.readahead_size = long_readahead;
    options.fill_cache = false;
  }
  return std::make_unique<Iterator>([this, options, family] {
    return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, this->family(family)));
  });
}

// RocksDB begins a new log only with something to flush: so something is put into its memory.
Status Database::begin_anew() {
  const std::string_view what = "The log cannot go on writing";
  rocksdb::Status status = db_->Resume();
  if (!status.ok()) return to_status(what, status);
  rocksdb::WriteOptions in_memory;
  in_memory.disableWAL = true;
  status = db_->Put(in_memory, slice(pad_key), "");
  return status.ok() ? flush() : to_status(what, status);
}

Status Database::flush() {
  const std::vector<rocksdb::ColumnFamilyHandle *> all(handles_.begin(), handles_.end());
  const rocksdb::Status status = db_->Flush(rocksdb::FlushOptions(), all);
  return status.ok() ? Status::ok() : to_status("Writing the log's tables failed", status);
}

}  // namespace slipring::stream
