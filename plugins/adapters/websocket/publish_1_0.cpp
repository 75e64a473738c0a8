// Publishing before version 1.2, when there were no streams that keep events: what needs one is
// refused.
#include "fields.hpp"
#include "operations.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

Status not_yet(Member member) {
  return {SLIPRING_UNIMPLEMENTED,
          "\"" + std::string(member_name(member)) + "\" needs a stream that keeps events"};
}

Status check(Member member, std::string_view json) {
  bool retain = false;
  switch (member) {
    case Member::retain: {
      Status read = read_flag(member, json, retain);
      return read.ok() && retain ? not_yet(member) : read;
    }
    case Member::dedup:
      return is_string(json) ? not_yet(member) : not_accepted(member, json, "a string");
    case Member::expect:
      return json.starts_with('{')
                 ? not_yet(member)
                 : not_accepted(member, json, "an object such as {\"sequence\":7}");
    default:
      return {};
  }
}

}  // namespace

Status publish_1_0(Call &call) {
  const Request &request = call.request;
  Status status =
      request.members.for_each([&](Member member) { return check(member, request[member]); });
  return status.ok() ? publish(call) : status;
}

}  // namespace slipring::json_v1
