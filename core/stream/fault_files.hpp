// FaultFiles: a file layer for tests that breaks on demand. What was written but not synced is kept
// apart in the books: lose_power() cuts every file back to what had been synced. A program that is
// killed is played by kill(): from then on nothing is written any more, whatever the log still
// tries when it is destroyed.
//
// Thread-safety: everything on any thread.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace slipring::stream::testing {

class FaultFiles : public rocksdb::FileSystemWrapper {
 public:
  FaultFiles();

  static const char *kClassName() { return "SlipringFaultFiles"; }
  const char *Name() const override { return kClassName(); }

  // What fails, until it is set to false again.
  std::atomic<bool> writes_fail{false};
  std::atomic<bool> writes_are_short{false};  // half is written, then they fail
  std::atomic<bool> syncs_fail{false};
  std::atomic<bool> disk_is_full{false};
  std::atomic<bool> tables_stay{false};  // cannot be removed

  // How many tables stayed that were to be removed.
  size_t kept() const;

  void kill() { dead_ = true; }
  // After everything was closed: only what was synced is left. The layer works again.
  void lose_power();
  // The same, with what was written.
  void revive() { dead_ = false; }

  rocksdb::IOStatus NewWritableFile(const std::string &name, const rocksdb::FileOptions &options,
                                    std::unique_ptr<rocksdb::FSWritableFile> *file,
                                    rocksdb::IODebugContext *debug) override;
  rocksdb::IOStatus DeleteFile(const std::string &name, const rocksdb::IOOptions &options,
                               rocksdb::IODebugContext *debug) override;
  rocksdb::IOStatus RenameFile(const std::string &from, const std::string &to,
                               const rocksdb::IOOptions &options,
                               rocksdb::IODebugContext *debug) override;

 private:
  friend class FaultFile;

  // Whether an operation that writes may go on; `sync`: of that kind.
  rocksdb::IOStatus admit(bool sync) const;
  void synced(const std::string &name, uint64_t size);

  std::atomic<bool> dead_{false};
  mutable std::mutex mutex_;
  std::map<std::string, uint64_t> synced_;  // bytes, by name, of files that were written
  std::set<std::string> kept_;
};

}  // namespace slipring::stream::testing
