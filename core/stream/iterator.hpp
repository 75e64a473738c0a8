// Iterator: one of RocksDB's that does not take damage for an end.
//
// Where the first block of a level's next table file is damaged, RocksDB 7.8 ends as if nothing
// followed, with an OK status. So an end is asked for again, with an iterator that has not moved:
// one that seeks there says what is wrong. Only forward; backward the caller seeks.
//
// Thread-safety: none; sees what the log had when it was made, and perhaps what came later.
#pragma once

#include <rocksdb/iterator.h>

#include <functional>
#include <memory>
#include <string>

namespace slipring::stream {

class Iterator : public rocksdb::Iterator {
 public:
  using Make = std::function<std::unique_ptr<rocksdb::Iterator>()>;
  explicit Iterator(Make make) : make_(std::move(make)), iterator_(make_()) {}

  bool Valid() const override { return iterator_->Valid(); }
  void SeekToFirst() override { iterator_->SeekToFirst(); }
  void SeekToLast() override { iterator_->SeekToLast(); }
  void Seek(const rocksdb::Slice &target) override { iterator_->Seek(target); }
  void SeekForPrev(const rocksdb::Slice &target) override { iterator_->SeekForPrev(target); }
  void Next() override;
  void Prev() override { iterator_->Prev(); }
  rocksdb::Slice key() const override { return iterator_->key(); }
  rocksdb::Slice value() const override { return iterator_->value(); }
  rocksdb::Status status() const override { return iterator_->status(); }

 private:
  const Make make_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::string behind_;  // what follows directly on the key that was left
};

}  // namespace slipring::stream
