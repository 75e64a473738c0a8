#include "condition.hpp"

#include "http/field_list.hpp"
#include "http/text.hpp"

namespace slipring::rest {

namespace {

constexpr std::string_view if_match = "if-match";
constexpr std::string_view if_none_match = "if-none-match";

Problem never_holds(std::string_view field, std::string_view why) {
  return {412, std::string(field), std::string(why), {}, SLIPRING_FAILED_PRECONDITION};
}

// What a strong entity tag has between its quotes; nothing: it is none, or there are several.
std::optional<std::string_view> tag_of(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find('"') != std::string_view::npos) return std::nullopt;
  return text;
}

Check read_if_match(std::string_view value, sdk::Expectation &expect) {
  if (value.starts_with("W/") && tag_of(value.substr(2)))
    return never_holds(if_match, "a weak entity tag matches none (RFC 9110 §13.1.1)");
  const auto tag = tag_of(value);
  if (!tag) return not_accepted(if_match, value, "one entity tag, as in an answer's ETag");
  const auto sequence = sequence_of(*tag);
  if (!sequence) return never_holds(if_match, "it is not the position of an event");
  expect = sdk::Expectation::of_topic(*sequence);
  return {};
}

}  // namespace

std::optional<uint64_t> sequence_of(std::string_view position) noexcept {
  constexpr size_t epoch_digits = 16;
  const size_t at = position.find('@');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  const std::string_view rest = position.substr(at + 1);
  if (rest.size() < epoch_digits + 2 || rest[epoch_digits] != ':') return std::nullopt;
  if (rest.find_first_not_of("0123456789abcdef") != epoch_digits) return std::nullopt;
  return http::parse_number(rest.substr(epoch_digits + 1));
}

Check read_conditions(const sdk::Fields &fields, sdk::Expectation &expect) {
  const auto match = http::joined(fields, if_match);
  const auto none_match = http::joined(fields, if_none_match);
  if (match && none_match) return not_accepted(if_none_match, *none_match, "one condition alone");
  if (match) return read_if_match(http::trimmed(*match), expect);
  if (!none_match) return {};
  if (http::trimmed(*none_match) != "*")
    return not_accepted(if_none_match, *none_match, "*: the topic has had no event");
  expect = sdk::Expectation::of_topic(0);
  return {};
}

}  // namespace slipring::rest
