#include "stream/patient_files.hpp"

#include <string>
#include <utility>

namespace slipring::stream {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus patient(IOStatus status) {
  if (status.ok() || !status.IsIOError()) return status;
  // RocksDB's own treatment of a full disk is final too where it begins a new log.
  if (status.IsNoSpace()) status = IOStatus::IOError(no_space, status.ToString());
  status.SetRetryable(true);
  return status;
}

class File : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit File(std::unique_ptr<rocksdb::FSWritableFile> below)
      : FSWritableFileOwnerWrapper(std::move(below)) {}

  IOStatus Append(const Slice &data, const IOOptions &options, IODebugContext *debug) override {
    return patient(target()->Append(data, options, debug));
  }
  IOStatus Append(const Slice &data, const IOOptions &options,
                  const rocksdb::DataVerificationInfo &, IODebugContext *debug) override {
    return Append(data, options, debug);
  }
  IOStatus Flush(const IOOptions &options, IODebugContext *debug) override {
    return patient(target()->Flush(options, debug));
  }
  IOStatus Sync(const IOOptions &options, IODebugContext *debug) override {
    return patient(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions &options, IODebugContext *debug) override {
    return patient(target()->Fsync(options, debug));
  }
  IOStatus RangeSync(uint64_t offset, uint64_t size, const IOOptions &options,
                     IODebugContext *debug) override {
    return patient(target()->RangeSync(offset, size, options, debug));
  }
  IOStatus Allocate(uint64_t offset, uint64_t size, const IOOptions &options,
                    IODebugContext *debug) override {
    return patient(target()->Allocate(offset, size, options, debug));
  }
  IOStatus Close(const IOOptions &options, IODebugContext *debug) override {
    return patient(target()->Close(options, debug));
  }
};

class Directory : public rocksdb::FSDirectoryWrapper {
 public:
  using FSDirectoryWrapper::FSDirectoryWrapper;

  IOStatus Fsync(const IOOptions &options, IODebugContext *debug) override {
    return patient(FSDirectoryWrapper::Fsync(options, debug));
  }
  IOStatus FsyncWithDirOptions(const IOOptions &options, IODebugContext *debug,
                               const rocksdb::DirFsyncOptions &how) override {
    return patient(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how));
  }
};

class Files : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  static const char *kClassName() { return "SlipringPatientFiles"; }
  const char *Name() const override { return kClassName(); }

  IOStatus NewWritableFile(const std::string &name, const rocksdb::FileOptions &options,
                           std::unique_ptr<rocksdb::FSWritableFile> *file,
                           IODebugContext *debug) override {
    IOStatus status = target()->NewWritableFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(*file));
    return patient(std::move(status));
  }
  IOStatus NewDirectory(const std::string &name, const IOOptions &options,
                        std::unique_ptr<rocksdb::FSDirectory> *directory,
                        IODebugContext *debug) override {
    IOStatus status = target()->NewDirectory(name, options, directory, debug);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory));
    return patient(std::move(status));
  }
  IOStatus RenameFile(const std::string &from, const std::string &to, const IOOptions &options,
                      IODebugContext *debug) override {
    return patient(target()->RenameFile(from, to, options, debug));
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_patient(
    const std::shared_ptr<rocksdb::FileSystem> &below) {
  return std::make_shared<Files>(below);
}

}  // namespace slipring::stream
