#include "request_reader.hpp"

#include <algorithm>

namespace slipring::web {

RequestReader::State RequestReader::feed(std::span<char> &bytes, RequestHead &head) {
  if (began_.empty()) {
    const State state = read(bytes, head);
    if (state == State::incomplete) began_.assign(bytes.begin(), bytes.end());
    bytes = bytes.subspan(scanner_.size());
    return state;
  }
  const std::size_t before = began_.size();
  const std::size_t room = limits_.head + 1 - before;  // one more: to see that it is too long
  const auto piece = bytes.first(std::min(bytes.size(), room));
  began_.append(piece.begin(), piece.end());
  const State state = read(began_, head);
  bytes = bytes.subspan(scanner_.size() - before);
  return state;
}

RequestReader::State RequestReader::read(std::span<char> all, RequestHead &head) {
  const State state = scanner_.scan({all.data(), all.size()});
  if (state == State::refused) error_ = scanner_.error();
  if (state != State::complete) return state;
  const std::size_t begin = scanner_.begin();
  auto why = read_request_head(all.subspan(begin, scanner_.size() - begin), limits_, head);
  if (!why) return State::complete;
  error_ = std::move(*why);
  return State::refused;
}

}  // namespace slipring::web
