// PatientFiles: a file layer that tells RocksDB of every failed write that it may work later.
//
// RocksDB takes a failed write or sync of its log for final otherwise, and could only be opened
// anew, without what it holds in memory. So it can be resumed: it writes all that it holds to new
// files and goes on in them. The failed operation itself is never repeated.
//
// Thread-safety: as the layer below.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>

namespace slipring::stream {

// In the text of an error: a full disk is an error like others to RocksDB.
inline constexpr const char *no_space = "no space is left";

std::shared_ptr<rocksdb::FileSystem> make_patient(
    const std::shared_ptr<rocksdb::FileSystem> &below);

}  // namespace slipring::stream
