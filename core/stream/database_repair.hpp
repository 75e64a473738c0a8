// Mending of what RocksDB keeps of its own files, before it opens them and after its RepairDB.
//
// Thread-safety: none; of a database that nobody else uses yet.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <span>
#include <string>

namespace slipring::stream {

// CURRENT says which MANIFEST holds the list of tables. RocksDB does not open a directory where it
// is damaged, and where it is missing begins an empty database and removes the tables. Where there
// is but one MANIFEST, CURRENT is written anew. Corruption: there is more than one, or none.
rocksdb::Status mend_current(rocksdb::Env &env, const std::string &directory);

// RepairDB takes in every table that it finds, also those that had been merged into others when the
// program was killed, and had not been removed yet. Of what is merged into the lowest level RocksDB
// drops the sequence numbers, so the same key may then stand in two tables as equally old: an
// iterator that meets both ends the process (an assertion), or shows either. Merges such tables;
// the newer one's values stay.
rocksdb::Status merge_doubles(rocksdb::DB &db,
                              std::span<rocksdb::ColumnFamilyHandle *const> families);

}  // namespace slipring::stream
