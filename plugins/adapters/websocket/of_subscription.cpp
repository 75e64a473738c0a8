// {"op":"unsubscribe","id":5,"sub":1} and {"op":"cursor","id":4,"sub":1}
#include "answers.hpp"
#include "fields.hpp"
#include "operations.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

// The subscription that "sub" names.
Status find(Call &call, Subscriptions::Entry *&entry) {
  const std::string_view sub = call.request[Member::sub];
  Status status = check_id(Member::sub, sub);
  if (!status.ok()) return status;
  entry = call.subscriptions.find(sub);
  if (entry == nullptr || entry->phase == Phase::taken_back)
    return {SLIPRING_NOT_FOUND, "this session has no subscription with the id " + std::string(sub)};
  return {};
}

}  // namespace

Status unsubscribe(Call &call) {
  Subscriptions::Entry *entry = nullptr;
  Status status = find(call, entry);
  if (!status.ok()) return status;
  status = call.session.unsubscribe(entry->number);
  if (!status.ok() && status.code() != SLIPRING_NOT_FOUND) return status;

  write_unsubscribed(call.shard.out, call.request.id, entry->client);
  call.answered = true;
  if (entry->phase == Phase::asked) {
    entry->phase = Phase::taken_back;
  } else {
    call.subscriptions.remove(entry->number);
  }
  return {};
}

Status tell_cursor(Call &call) {
  Subscriptions::Entry *entry = nullptr;
  Status status = find(call, entry);
  if (!status.ok()) return status;
  if (entry->phase == Phase::asked)
    return {SLIPRING_FAILED_PRECONDITION,
            "subscription " + entry->client + " has not been answered yet"};
  const size_t start = call.shard.arena.size();
  status = call.session.cursor(entry->number, call.shard.arena);
  if (!status.ok()) return status;
  write_cursor(call.shard.out, call.request.id, entry->client,
               std::string_view(call.shard.arena).substr(start));
  call.answered = true;
  return {};
}

}  // namespace slipring::json_v1
