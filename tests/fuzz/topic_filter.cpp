// Two texts, divided by the first zero: whatever they are, the grammar answers in words fit to
// print; and matching and intersection agree with each other on those that are legal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/topic.hpp"
#include "base/utf8.hpp"

namespace {

using slipring::check_filter;
using slipring::check_topic;
using slipring::filter_matches;
using slipring::filters_intersect;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_legal_filter(std::string_view text) {
  const slipring::Status status = check_filter(text);
  require(status.is_ok() == status.message().empty());
  require(slipring::is_utf8_without_null(status.message()));
  return status.is_ok();
}

// To be matched, a topic may also begin with $.
bool is_legal_topic(std::string_view text) {
  const slipring::Status status = check_topic(text);
  require(status.is_ok() == status.message().empty());
  require(slipring::is_utf8_without_null(status.message()));
  return status.is_ok() || status.code() == SLIPRING_PERMISSION_DENIED;
}

void check_one(std::string_view text) {
  const bool filter = is_legal_filter(text);
  if (is_legal_topic(text)) {
    // A topic is the filter of itself alone, but for $share.
    require(filter || text.starts_with("$share"));
    require(!slipring::has_wildcard(text));
    require(filter_matches(text, text) && filters_intersect(text, text));
    require(filter_matches("#", text) != text.starts_with('$'));
  }
  if (filter) {
    require(slipring::is_utf8_without_null(text));
    require(filters_intersect(text, text));
    require(filters_intersect(text, "#") != text.starts_with('$'));
  }
}

void check_pair(std::string_view filter, std::string_view other) {
  if (!is_legal_filter(filter)) return;
  if (is_legal_topic(other)) {
    require(filter_matches(filter, other) == filters_intersect(filter, other));
  }
  if (!is_legal_filter(other)) return;
  require(filters_intersect(filter, other) == filters_intersect(other, filter));
  // A witness: the other filter with a word in place of each wildcard is a topic that it matches.
  std::string topic(other);
  for (char &c : topic) {
    if (c == '+' || c == '#') c = 'w';
  }
  require(filter_matches(other, topic));
  if (filter_matches(filter, topic)) require(filters_intersect(filter, other));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char *>(data), size);
  const std::size_t divide = input.find('\0');
  const std::string_view first = input.substr(0, divide);
  const std::string_view second =
      divide == std::string_view::npos ? std::string_view() : input.substr(divide + 1);
  check_one(first);
  check_one(second);
  check_pair(first, second);
  check_pair(second, first);
  return 0;
}
