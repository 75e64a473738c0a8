// One request and its answer (docs/protocols/rest.md).
//
// What was read of the head is kept until the answer, perhaps by another version: the body stays
// with the host until it is whole, and the answer comes when the publish is acknowledged.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/cpp/http_adapter.hpp>
#include <span>
#include <string_view>

#include "problem.hpp"
#include "shard.hpp"
#include "state_v1_generated.h"

namespace slipring::rest {

class Exchange {
 public:
  explicit Exchange(Shard &shard) noexcept : shard_(shard) {}

  sdk::Status on_request(sdk::HttpSession session, const sdk::Request &request);
  sdk::Consumed on_body(sdk::HttpSession session, const sdk::Body &body);
  sdk::Status on_published(sdk::HttpSession session, const sdk::Published &published);
  sdk::Status on_read(sdk::HttpSession session, const sdk::Batch &batch);
  // The host stops: a wait for events ends early, and the answer says when to go on.
  void on_farewell(sdk::HttpSession session, const sdk::Ending &ending,
                   const sdk::Comeback &comeback);

  sdk::Status save(sdk::Writer &writer, uint32_t schema) const;
  sdk::Status load(std::string_view exported, uint32_t schema);

 private:
  sdk::Status on_options(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status on_post(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status on_get(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status publish(sdk::HttpSession session, std::string_view body);
  sdk::Status answer_published(sdk::HttpSession session,
                               std::span<const slipring_position> positions, uint32_t tag,
                               bool duplicate);
  sdk::Status answer_event(sdk::HttpSession session, const sdk::EventView &event);
  sdk::Status answer_stream(sdk::HttpSession session);
  sdk::Status answer_list(sdk::HttpSession session, const sdk::Batch &batch);
  // With the body in shard_.out, unless the client's conditions say otherwise.
  sdk::Status answer_read(sdk::HttpSession session, sdk::Response response, std::string_view type,
                          std::string_view tag);
  // Takes a token of the client's; 429: there is none.
  Check take_token(const sdk::Request &request);
  void add_rate_limit(sdk::Response &response) const;
  sdk::Status refuse(sdk::HttpSession session, const Problem &problem);
  // With what every answer has, and the body in shard_.out.
  sdk::Status answer(sdk::HttpSession session, sdk::Response response, std::string_view type);
  void allow_origin(sdk::Response &response) const;

  Shard &shard_;
  uint32_t comeback_s_ = 0;  // when to go on; 0: nobody has said
  state::StateT state_;
  uint64_t retry_after_s_ = 1;  // of a refusal that is for now
};

using Adapter = sdk::HttpAdapter<Exchange, Shard>;

}  // namespace slipring::rest
