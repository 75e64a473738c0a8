#include "stream/fault_files.hpp"

#include <filesystem>
#include <utility>

namespace slipring::stream::testing {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(FaultFiles &files, std::string name, std::unique_ptr<rocksdb::FSWritableFile> below)
      : FSWritableFileOwnerWrapper(std::move(below)), files_(files), name_(std::move(name)) {}

  IOStatus Append(const Slice &data, const IOOptions &options, IODebugContext *debug) override {
    if (files_.writes_are_short) {
      target()->Append(Slice(data.data(), data.size() / 2), options, debug).PermitUncheckedError();
      size_ += data.size() / 2;
      return IOStatus::IOError("a short write, by the test");
    }
    if (IOStatus status = files_.admit(false); !status.ok()) return status;
    size_ += data.size();
    return target()->Append(data, options, debug);
  }
  IOStatus Append(const Slice &data, const IOOptions &options,
                  const rocksdb::DataVerificationInfo &, IODebugContext *debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions &, IODebugContext *) override {
    IOStatus status = files_.admit(true);
    if (status.ok()) files_.synced(name_, size_);
    return status;
  }
  IOStatus Fsync(const IOOptions &options, IODebugContext *debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(uint64_t, uint64_t, const IOOptions &, IODebugContext *) override {
    return IOStatus::OK();
  }
  IOStatus Allocate(uint64_t, uint64_t, const IOOptions &, IODebugContext *) override {
    return IOStatus::OK();
  }

 private:
  FaultFiles &files_;
  const std::string name_;
  uint64_t size_ = 0;
};

FaultFiles::FaultFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

IOStatus FaultFiles::admit(bool sync) const {
  if (dead_) return IOStatus::IOError("killed, by the test");
  if (disk_is_full && !sync) return IOStatus::NoSpace("full, by the test");
  if (sync ? syncs_fail.load() : writes_fail.load()) return IOStatus::IOError("fails, by the test");
  return IOStatus::OK();
}

void FaultFiles::synced(const std::string &name, uint64_t size) {
  const std::lock_guard lock(mutex_);
  synced_[name] = size;
}

size_t FaultFiles::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

void FaultFiles::lose_power() {
  const std::lock_guard lock(mutex_);
  for (const auto &[name, size] : synced_) {
    std::error_code error;
    if (std::filesystem::file_size(name, error) > size && !error) {
      std::filesystem::resize_file(name, size);
    }
  }
  dead_ = false;
}

IOStatus FaultFiles::NewWritableFile(const std::string &name, const rocksdb::FileOptions &options,
                                     std::unique_ptr<rocksdb::FSWritableFile> *file,
                                     IODebugContext *debug) {
  if (IOStatus status = admit(false); !status.ok()) return status;
  IOStatus status = target()->NewWritableFile(name, options, file, debug);
  if (!status.ok()) return status;
  synced(name, 0);
  *file = std::make_unique<FaultFile>(*this, name, std::move(*file));
  return status;
}

IOStatus FaultFiles::DeleteFile(const std::string &name, const IOOptions &options,
                                IODebugContext *debug) {
  if (dead_) return IOStatus::IOError("killed, by the test");
  if (tables_stay && name.ends_with(".sst")) {
    const std::lock_guard lock(mutex_);
    kept_.insert(name);
    return IOStatus::IOError("fails, by the test");
  }
  IOStatus status = target()->DeleteFile(name, options, debug);
  const std::lock_guard lock(mutex_);
  if (status.ok()) synced_.erase(name);
  return status;
}

IOStatus FaultFiles::RenameFile(const std::string &from, const std::string &to,
                                const IOOptions &options, IODebugContext *debug) {
  if (IOStatus status = admit(false); !status.ok()) return status;
  IOStatus status = target()->RenameFile(from, to, options, debug);
  const std::lock_guard lock(mutex_);
  if (const auto found = synced_.find(from); status.ok() && found != synced_.end()) {
    synced_[to] = found->second;
    synced_.erase(found);
  }
  return status;
}

}  // namespace slipring::stream::testing
