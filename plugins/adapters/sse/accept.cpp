#include "accept.hpp"

#include <algorithm>
#include <string_view>

namespace slipring::sse {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts what is before the next separator off the front. No type, parameter or weight that matters
// here has one in quotes.
std::string_view cut(std::string_view &text, char separator) {
  const size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// 0: it is another type; the larger, the better it fits.
int fit(std::string_view range) {
  if (same(range, "text/event-stream")) return 3;
  if (same(range, "text/*")) return 2;
  return range == "*/*" ? 1 : 0;
}

// A weight of 0, in whatever length: 0, 0.0, 0.000.
bool is_refused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view one = cut(parameters, ';');
    if (one.size() < 3 || lower(one[0]) != 'q' || one[1] != '=') continue;
    return one.find_first_not_of("0.", 2) == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool accepts_event_stream(const sdk::Fields &fields) {
  bool says_something = false;
  int best = 0;
  bool accepted = false;
  for (const slipring_field &field : fields.all()) {
    if (sdk::view(field.name) != "accept") continue;
    std::string_view ranges = sdk::view(field.value);
    while (!ranges.empty()) {
      std::string_view parameters = cut(ranges, ',');
      if (parameters.empty()) continue;
      says_something = true;
      const int fits = fit(cut(parameters, ';'));
      if (fits == 0 || fits < best) continue;
      accepted = (fits == best && accepted) || !is_refused(parameters);
      best = fits;
    }
  }
  return accepted || !says_something;
}

}  // namespace slipring::sse
