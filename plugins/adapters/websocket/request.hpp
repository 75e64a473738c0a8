// One message of a client, taken apart: which members it has, and their JSON text. Nothing is built
// of what they hold; fields.hpp reads those that an operation uses.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <slipring/cpp/status.hpp>
#include <string>
#include <string_view>

namespace slipring::json_v1 {

// Every member that an operation knows; member_name() has their names.
enum class Member : uint8_t {
  op,
  id,
  sub,
  key,
  eid,
  data,
  drop,
  time,
  type,
  dedup,
  start,
  topic,
  expect,
  retain,
  source,
  ttl_ms,
  filters,
  cursors,
  priority,
  data_base64,
  content_type,
  count_
};
constexpr size_t member_count = static_cast<size_t>(Member::count_);

std::string_view member_name(Member member) noexcept;

// A set of members.
class Members {
 public:
  constexpr Members() noexcept = default;
  constexpr Members(std::initializer_list<Member> members) noexcept {
    for (const Member member : members) add(member);
  }
  constexpr void add(Member member) noexcept { bits_ |= bit(member); }
  constexpr bool has(Member member) const noexcept { return (bits_ & bit(member)) != 0; }

  // Calls visit(member) for each, in the order of the enumeration, until one answers not OK.
  template <class Visit>
  sdk::Status for_each(Visit visit) const {
    for (uint32_t left = bits_; left != 0; left &= left - 1) {
      sdk::Status status = visit(static_cast<Member>(std::countr_zero(left)));
      if (!status.ok()) return status;
    }
    return {};
  }

  // The first one that is not in `others`; Member::count_: all are.
  Member first_not_in(Members others) const noexcept;
  // "op", "id", … in the order of the enumeration.
  std::string names() const;

 private:
  static constexpr uint32_t bit(Member member) noexcept { return 1u << static_cast<int>(member); }
  uint32_t bits_ = 0;
};

// Views are into the message, or into the arena for what was written with escapes.
struct Request {
  std::string_view operator[](Member member) const noexcept {
    return values[static_cast<size_t>(member)];
  }

  std::string_view op;  // what it says; empty: it could not be read
  std::string_view id;  // JSON text, to be echoed; empty: there is none, or it could not be read
  std::array<std::string_view, member_count> values;  // JSON text; empty: not there
  Members members;
  bool is_json = false;
};

// Not OK: what is wrong with the message; `request` has what could be read before. Members that no
// operation knows, and members that stand there twice, are refused.
sdk::Status read_request(std::string_view message, std::string &arena, Request &request);

}  // namespace slipring::json_v1
