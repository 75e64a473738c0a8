// What a client can ask for. What a version of the adapter has, its operations and its state
// schemas, stands in one file, operations_….cpp, of which the build takes one.
//
// Thread-safety: those of one shard run on its thread.
#pragma once

#include <slipring/cpp/session.hpp>
#include <span>
#include <string_view>

#include "request.hpp"
#include "shard.hpp"
#include "subscriptions.hpp"

namespace slipring::json_v1 {

// What an operation works on.
struct Call {
  sdk::Session session;
  const Request &request;
  Subscriptions &subscriptions;
  Shard &shard;
  bool answered = false;  // shard.out holds the answer; false: it comes with a completion
};

struct Operation {
  std::string_view name;
  Members members;  // that it has, all of them
  Members needed;
  // Before it asks anything of the host it has changed nothing, so that PENDING leaves the message
  // as if it had not come. Any other failure is answered to the client.
  sdk::Status (*run)(Call &call);
};

// Those of this version.
std::span<const Operation> operations() noexcept;
// It reads and writes state schemas 1 to this one.
uint32_t newest_schema() noexcept;

sdk::Status subscribe(Call &call);
sdk::Status publish(Call &call);
sdk::Status publish_1_0(Call &call);
sdk::Status unsubscribe(Call &call);
sdk::Status tell_cursor(Call &call);
sdk::Status help(Call &call);

namespace members {

using enum Member;
constexpr Members subscribe_1_0 = {op, id, filters, start, drop};
constexpr Members subscribe = {op, id, filters, start, drop, cursors};
constexpr Members publish = {op,  id,   topic,    data,   type,   eid,   source, data_base64,
                             key, time, priority, ttl_ms, retain, dedup, expect, content_type};
constexpr Members of_subscription = {op, id, sub};
constexpr Members help = {op, id};

}  // namespace members

// What became of operations: tags of the session's tokens, part of the state schema.
enum TagKind : uint32_t {
  publish_tag = 1,   // the client's id as JSON text
  subscribe_tag = 2  // the subscription's number in decimal
};

}  // namespace slipring::json_v1
