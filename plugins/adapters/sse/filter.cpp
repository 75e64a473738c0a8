#include "filter.hpp"

#include "utf8.hpp"

namespace slipring::sse {
namespace {

constexpr std::string_view field = "topic";
constexpr size_t longest = 65'535;

bool is_utf8_without_null(std::string_view text) {
  const char *at = text.data();
  const char *const end = at + text.size();
  while (at != end) {
    const size_t size = *at == '\0' ? 0 : json_v1::utf8_sequence(at, end);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

bool has_misplaced_wildcard(std::string_view filter) {
  for (;;) {
    const size_t slash = filter.find('/');
    const std::string_view level = filter.substr(0, slash);
    const bool last = slash == std::string_view::npos;
    if (level.size() > 1 && level.find_first_of("+#") != std::string_view::npos) return true;
    if (level == "#" && !last) return true;
    if (last) return false;
    filter.remove_prefix(slash + 1);
  }
}

}  // namespace

std::optional<Problem> check_filter(std::string_view filter) {
  if (filter.empty() || filter.size() > longest) {
    return Problem{
        400, std::string(field),
        "found a filter of " + std::to_string(filter.size()) + " bytes; accepted: 1 to 65535"};
  }
  if (!is_utf8_without_null(filter)) {
    return Problem{400, std::string(field),
                   "found bytes that are no text; accepted: UTF-8 without U+0000"};
  }
  if (has_misplaced_wildcard(filter)) {
    return wrong(field, filter,
                 "\"+\" as a whole level, \"#\" as the last one; a space is written %20");
  }
  return std::nullopt;
}

}  // namespace slipring::sse
