#include "fields.hpp"

#include <charconv>

#include "json_text.hpp"

namespace slipring::json_v1 {

using sdk::Status;

Status not_accepted(Member member, std::string_view found, std::string_view accepted) {
  std::string line = "\"" + std::string(member_name(member)) + "\": found ";
  line += found.empty() ? "nothing" : shortened(found);
  return {SLIPRING_INVALID_ARGUMENT, line + "; accepted: " + std::string(accepted)};
}

bool is_string(std::string_view json) noexcept {
  return json.starts_with('"');
}

std::string_view string_text(std::string_view json, std::string &arena) {
  return unescaped(json.substr(1, json.size() - 2), arena);
}

bool parse_number(std::string_view json, uint64_t most, uint64_t &number) noexcept {
  const char *end = json.data() + json.size();
  const auto [stopped, error] = std::from_chars(json.data(), end, number);
  return error == std::errc() && stopped == end && number <= most;
}

Status read_text(Member member, std::string_view json, std::string &arena, std::string_view &text) {
  if (!is_string(json)) return not_accepted(member, json, "a string");
  text = string_text(json, arena);
  return {};
}

Status read_number(Member member, std::string_view json, uint64_t most, uint64_t &number) {
  if (parse_number(json, most, number)) return {};
  return not_accepted(member, json, "an integer from 0 to " + std::to_string(most));
}

Status read_flag(Member member, std::string_view json, bool &flag) {
  if (json != "true" && json != "false") return not_accepted(member, json, "true or false");
  flag = json == "true";
  return {};
}

bool is_id(std::string_view json) noexcept {
  if (is_string(json)) return json.size() > 2 && json.size() <= longest_id + 2;
  uint64_t number = 0;
  return parse_number(json, largest_number, number);
}

Status check_id(Member member, std::string_view json) {
  if (is_id(json)) return {};
  return not_accepted(member, json,
                      "an integer from 0 to 9007199254740991, or a string of 1 to 60 bytes");
}

}  // namespace slipring::json_v1
