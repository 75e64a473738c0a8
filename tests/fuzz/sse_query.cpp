// Whatever a client asks /events for: the query up to the first line end, then Last-Event-ID, then
// Accept. What is taken keeps the limits, and what the host is asked for can be had of it; what is
// refused names a field, and the answer is JSON. Writing out what was read and reading it again
// gives the same.
#include <cstdlib>
#include <string>
#include <string_view>

#include "filter.hpp"
#include "http/field_list.hpp"
#include "http/media_type.hpp"
#include "json_scan.hpp"
#include "query.hpp"

namespace {

namespace sse = slipring::sse;
using slipring::sdk::bytes;
using slipring::sdk::Fields;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view cut_line(std::string_view &text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string to;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    to += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return to;
}

void check_again(const sse::Wanted &wanted) {
  std::string query;
  for (const std::string &filter : wanted.filters) query += "topic=" + encoded(filter) + '&';
  if (!wanted.cursor.empty()) query += "last_event_id=" + encoded(wanted.cursor);
  if (wanted.by_type) query += "&event=type";
  sse::Wanted again;
  require(!sse::read_wanted(query, Fields(nullptr, 0), again));
  require(again.filters == wanted.filters && again.cursor == wanted.cursor);
  require(again.by_type == wanted.by_type);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char *>(data), size);
  const std::string_view query = cut_line(rest);
  const std::string_view last_event_id = cut_line(rest);
  const slipring_field fields[] = {{bytes("last-event-id"), bytes(last_event_id)},
                                   {bytes("accept"), bytes(rest)}};
  const Fields all(fields, 2);
  const auto accept = slipring::http::joined(all, "accept");
  (void)slipring::http::accepts(accept.value_or(""), "text/event-stream");
  sse::Wanted wanted;
  if (const auto problem = sse::read_wanted(query, all, wanted)) {
    require(problem->status == 400 && !problem->field.empty());
    require(slipring::json_v1::is_json(to_json(*problem)));
    return 0;
  }
  require(!wanted.filters.empty() && wanted.filters.size() <= sse::most_filters);
  for (const std::string &filter : wanted.filters) require(!sse::check_filter(filter));
  require(wanted.cursor.empty() == (wanted.place == sse::Place::nowhere));
  require((wanted.start.kind == SLIPRING_START_AFTER) == !wanted.cursor.empty());
  require(last_event_id.empty() || wanted.cursor == last_event_id);
  check_again(wanted);
  return 0;
}
