#include "request.hpp"

#include "fields.hpp"
#include "json_scan.hpp"
#include "json_text.hpp"

namespace slipring::json_v1 {

namespace {

// Ordered by length, so that a name is compared with few.
constexpr std::array<std::string_view, member_count> names = {
    "op",     "id",     "sub",     "key",     "eid",      "data",        "drop",
    "time",   "type",   "dedup",   "start",   "topic",    "expect",      "retain",
    "source", "ttl_ms", "filters", "cursors", "priority", "data_base64", "content_type"};

// Index of the first name that is at least so long.
constexpr size_t longest_name = names.back().size();
constexpr auto first_of_length = [] {
  std::array<uint8_t, longest_name + 2> first{};
  for (size_t length = 0; length < first.size(); ++length)
    while (first[length] < member_count && names[first[length]].size() < length) ++first[length];
  return first;
}();

Member find_member(std::string_view name) noexcept {
  if (name.size() > longest_name) return Member::count_;
  for (size_t i = first_of_length[name.size()]; i < first_of_length[name.size() + 1]; ++i)
    if (names[i] == name) return static_cast<Member>(i);
  return Member::count_;
}

sdk::Status unknown_member(std::string_view name) {
  return {SLIPRING_INVALID_ARGUMENT,
          "found a member \"" + shortened(name) + "\", which no operation has"};
}

sdk::Status repeated_member(Member member) {
  return {SLIPRING_INVALID_ARGUMENT,
          "member \"" + std::string(member_name(member)) + "\" stands there twice; accepted: once"};
}

}  // namespace

std::string_view member_name(Member member) noexcept {
  return names[static_cast<size_t>(member)];
}

Member Members::first_not_in(Members others) const noexcept {
  const uint32_t more = bits_ & ~others.bits_;
  return more == 0 ? Member::count_ : static_cast<Member>(std::countr_zero(more));
}

std::string Members::names() const {
  std::string all;
  for (size_t i = 0; i < member_count; ++i) {
    if (!has(static_cast<Member>(i))) continue;
    if (!all.empty()) all += ", ";
    all += json_v1::names[i];
  }
  return all;
}

sdk::Status read_request(std::string_view message, std::string &arena, Request &request) {
  std::string_view unknown;
  bool has_unknown = false;
  Member repeated = Member::count_;
  JsonScanner scanner(message);
  request.is_json = scanner.object([&](std::string_view name, std::string_view value) {
    name = unescaped(name, arena);
    const Member member = find_member(name);
    if (member == Member::count_) {
      if (!has_unknown) unknown = name;
      has_unknown = true;
    } else if (request.members.has(member)) {
      repeated = member;
    } else {
      request.members.add(member);
      request.values[static_cast<size_t>(member)] = value;
    }
  });
  if (!request.is_json) return {SLIPRING_INVALID_ARGUMENT, describe(message, scanner.error())};

  if (repeated != Member::id && request.members.has(Member::id)) {
    sdk::Status id = check_id(Member::id, request[Member::id]);
    if (!id.ok()) return id;
    request.id = request[Member::id];
  }
  if (repeated != Member::count_) return repeated_member(repeated);
  if (has_unknown) return unknown_member(unknown);
  return read_text(Member::op, request[Member::op], arena, request.op);
}

}  // namespace slipring::json_v1
