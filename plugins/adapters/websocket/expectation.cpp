#include "expectation.hpp"

#include "fields.hpp"
#include "json_scan.hpp"

namespace slipring::json_v1 {

namespace {

bool read_member(std::string_view name, std::string_view value, sdk::Expectation &expect) {
  uint64_t sequence = 0;
  if (!parse_number(value, largest_number, sequence)) return false;
  if (name == "sequence") {
    expect = sdk::Expectation::of_topic(sequence);
  } else if (name == "stream_sequence") {
    expect = sdk::Expectation::of_stream(sequence);
  } else {
    return false;
  }
  return true;
}

}  // namespace

sdk::Status read_expectation(std::string_view json, sdk::Expectation &expect) {
  size_t count = 0;
  bool good = true;
  JsonScanner scanner(json);
  const bool is_object = scanner.object([&](std::string_view name, std::string_view value) {
    good = ++count == 1 && read_member(name, value, expect);
  });
  if (is_object && good && count == 1) return {};
  return not_accepted(Member::expect, json, "{\"sequence\":7} or {\"stream_sequence\":7}");
}

}  // namespace slipring::json_v1
