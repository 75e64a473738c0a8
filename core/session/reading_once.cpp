// Reading once: the part of ShardEvents that takes reads from adapters and answers them.
#include <algorithm>
#include <deque>

#include "base/topic.hpp"
#include "session/shard_events.hpp"

namespace slipring::session {

namespace {
constexpr uint64_t default_events = 100;
constexpr uint64_t most_events = 10'000;

uint64_t bounded(uint64_t asked, uint64_t otherwise, uint64_t most) {
  return std::min(asked == 0 ? otherwise : asked, most);
}
}  // namespace

Status ShardEvents::check(const slipring_read &read, std::span<const std::string> filters) const {
  if (filters.empty()) return Status::invalid("a read needs a filter");
  if (filters.size() > sessions_.limits().filters) {
    return {SLIPRING_RESOURCE_EXHAUSTED,
            "a read may have " + std::to_string(sessions_.limits().filters) + " filters"};
  }
  for (const std::string &filter : filters) {
    Status status = check_filter(filter);
    if (!status.is_ok()) return status;
  }
  const bool begins_now = read.start == nullptr || read.start->kind == SLIPRING_START_NOW;
  if (begins_now && read.wait_ns == 0) {
    return Status::invalid("start: what begins now and does not wait has nothing to read");
  }
  return streams_.check_reach(filters);
}

slipring_status ShardEvents::read(const slipring_host *host, slipring_session id,
                                  const slipring_read &read, const slipring_tag *tag,
                                  slipring_token *token) {
  why_.clear();
  Session *const session = sessions_.find_for(host, id);
  if (session == nullptr) return refuse(SLIPRING_NOT_FOUND, "no such session");
  std::vector<std::string> filters;
  filters.reserve(read.filter_count);
  for (size_t i = 0; i < read.filter_count; ++i) filters.emplace_back(to_text(read.filters[i]));
  const Status status = check(read, filters);
  if (!status.is_ok()) return refuse(status.code(), status.message());
  auto start = start_of(read.start);
  if (!start) return refuse(start.status().code(), start.status().message());
  Operation *operation = nullptr;
  const slipring_status code =
      begin_operation(*session, SLIPRING_DONE_READ, tag, token, &operation);
  if (code != SLIPRING_OK) return code;
  const uint64_t most_bytes = sessions_.limits().queue_bytes;
  constexpr uint64_t longest = std::chrono::nanoseconds(std::chrono::hours(24)).count();
  operation->number =
      reads_.begin(operation->token, filters, std::move(*start),
                   {.events = bounded(read.limit, default_events, most_events),
                    .bytes = bounded(read.limit_bytes, most_bytes, most_bytes),
                    .wait = std::chrono::nanoseconds(std::min(read.wait_ns, longest))});
  return SLIPRING_OK;
}

bool ShardEvents::reads_with_wait(const Session &session) {
  bool found = false;
  operations_.for_each_of(
      session, [&](const Operation &operation) { found = found || may_wait(operation); });
  return found;
}

void ShardEvents::end_waits(const Session &session) {
  operations_.for_each_of(session, [&](const Operation &operation) {
    if (may_wait(operation)) reads_.end_wait(static_cast<uint32_t>(operation.number));
  });
}

bool ShardEvents::may_wait(const Operation &operation) const {
  return operation.kind == SLIPRING_DONE_READ &&
         reads_.may_wait(static_cast<uint32_t>(operation.number));
}

void ShardEvents::finish_read(uint64_t token, const ReadBatch &batch) {
  if (!batch.status.is_ok()) {
    complete(token, batch.status.code(), nullptr, batch.status.message());
    return;
  }
  std::deque<EventView> views;
  std::vector<const slipring_event_view *> events;
  events.reserve(batch.events.size());
  for (const auto &[event, flags] : batch.events) {
    events.push_back(views.emplace_back(*event, streams_, flags).abi());
  }
  Told told;
  tell(batch.origin, told);
  const std::string cursor = cursor_text(batch.end);
  const slipring_batch result{sizeof(slipring_batch),
                              events.data(),
                              events.size(),
                              &told.origin,
                              to_bytes(cursor),
                              static_cast<uint8_t>(batch.more ? 1 : 0),
                              {}};
  complete(token, SLIPRING_OK, &result, {});
}

}  // namespace slipring::session
