// {"op":"subscribe","id":1,"filters":["game/+/move"],"start":"now","drop":"oldest","cursors":true}
#include <charconv>

#include "fields.hpp"
#include "json_scan.hpp"
#include "operations.hpp"
#include "start.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

constexpr size_t most_filters = 64;

Status read_filters(const Request &request, Shard &shard) {
  const std::string_view json = request[Member::filters];
  bool all_texts = true;
  shard.filters.clear();
  JsonScanner scanner(json);
  const bool is_array = scanner.array([&](std::string_view filter) {
    all_texts = all_texts && is_string(filter) && shard.filters.size() < most_filters;
    if (all_texts) shard.filters.push_back(sdk::bytes(string_text(filter, shard.arena)));
  });
  if (is_array && all_texts && !shard.filters.empty()) return {};
  return not_accepted(Member::filters, json, "an array of 1 to 64 strings");
}

Status read_drop(const Request &request, std::string &arena, sdk::Drop &drop) {
  const std::string_view json = request[Member::drop];
  if (json.empty()) return {};
  std::string_view word;
  Status read = read_text(Member::drop, json, arena, word);
  if (!read.ok()) return read;
  if (word == "newest") {
    drop = sdk::Drop::newest;
  } else if (word == "oldest") {
    drop = sdk::Drop::oldest;
  } else if (word == "latest per key") {
    drop = sdk::Drop::latest_per_key;
  } else if (word == "priority") {
    drop = sdk::Drop::by_priority;
  } else if (word == "disconnect") {
    drop = sdk::Drop::disconnect;
  } else {
    return not_accepted(
        Member::drop, json,
        "\"newest\", \"oldest\", \"latest per key\", \"priority\" or \"disconnect\"");
  }
  return {};
}

// An event says no subscription's id: a second one with cursors, and nobody knew whose they are.
Status read_cursors(const Request &request, Subscriptions &others, bool &cursors) {
  const std::string_view json = request[Member::cursors];
  if (json.empty()) return {};
  Status read = read_flag(Member::cursors, json, cursors);
  if (!read.ok() || !cursors) return read;
  const Subscriptions::Entry *other = others.find_with_cursors();
  if (other == nullptr) return {};
  return {SLIPRING_FAILED_PRECONDITION, "\"cursors\": subscription " + other->client +
                                            " of this session has them; accepted: one at a time"};
}

}  // namespace

Status subscribe(Call &call) {
  const Request &request = call.request;
  if (call.subscriptions.find(request.id) != nullptr)
    return {SLIPRING_ALREADY_EXISTS,
            "id " + std::string(request.id) + " is in use by another subscription of this session"};
  sdk::Subscription wanted;
  Status status = read_filters(request, call.shard);
  if (status.ok()) status = read_start(request, call.shard, wanted.start);
  if (status.ok()) status = read_drop(request, call.shard.arena, wanted.drop);
  bool cursors = false;
  if (status.ok()) status = read_cursors(request, call.subscriptions, cursors);
  if (!status.ok()) return status;

  wanted.filters = call.shard.filters;
  wanted.format = cursors ? cursors_format : plain_format;
  wanted.id = call.subscriptions.next_number();
  char digits[20];
  const char *end = std::to_chars(digits, digits + sizeof digits, wanted.id).ptr;
  status =
      call.session.subscribe(wanted, {subscribe_tag, {digits, static_cast<size_t>(end - digits)}});
  if (status.ok()) call.subscriptions.add(request.id, cursors);
  return status;
}

}  // namespace slipring::json_v1
