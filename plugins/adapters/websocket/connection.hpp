// One client of slipring.json.v1 (docs/protocols/slipring-json-v1.md). What it asks for is done by
// the operations; what takes time is answered when it has completed, perhaps by another version.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/cpp/message_adapter.hpp>
#include <string_view>

#include "request.hpp"
#include "shard.hpp"
#include "subscriptions.hpp"

namespace slipring::json_v1 {

class Connection {
 public:
  explicit Connection(Shard &shard) noexcept : shard_(shard) {}

  sdk::Status on_message(sdk::Session session, const sdk::Message &message);
  sdk::Status on_published(sdk::Session session, const sdk::Published &published);
  sdk::Status on_subscribed(sdk::Session session, const sdk::Subscribed &subscribed);
  sdk::Status render_gap(sdk::Session session, const sdk::Gap &gap, sdk::RenderWriter &writer);
  void on_farewell(sdk::Session session, const sdk::Ending &ending, const sdk::Comeback &comeback);

  sdk::Status save(sdk::Writer &writer, uint32_t schema) const;
  sdk::Status load(std::string_view exported, uint32_t schema);

 private:
  // Not OK: PENDING, or what the client is to be told.
  sdk::Status run(sdk::Session session, const Request &request, bool &answered);
  // Not OK: the session is gone, or going.
  sdk::Status answer_error(sdk::Session session, std::string_view id, slipring_status code,
                           std::string_view text);

  Shard &shard_;
  Subscriptions subscriptions_;
};

using Adapter = sdk::MessageAdapter<Connection, Shard>;

}  // namespace slipring::json_v1
