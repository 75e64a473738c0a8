#include "stream/iterator.hpp"

namespace slipring::stream {

void Iterator::Next() {
  behind_.assign(iterator_->key().data(), iterator_->key().size());
  behind_ += '\0';
  iterator_->Next();
  if (iterator_->Valid() || !iterator_->status().ok()) return;
  iterator_ = make_();
  iterator_->Seek(behind_);
}

}  // namespace slipring::stream
