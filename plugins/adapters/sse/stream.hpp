// One request of /events and the stream it is answered with (docs/protocols/sse.md).
//
// The head of the answer goes when the subscription has been made, or refused: so a client that
// asks for a place that cannot be had is told so by a status. From then on the host queues events
// as they are rendered for all; what this object still does is the heartbeat, gaps, and the last
// word.
//
// Thread-safety: one thread, the shard's.
#pragma once

#include <slipring/cpp/http_adapter.hpp>
#include <string_view>

#include "problem.hpp"
#include "query.hpp"
#include "shard.hpp"
#include "state.hpp"

namespace slipring::sse {

class Stream {
 public:
  explicit Stream(Shard &shard) noexcept : shard_(shard) {}

  sdk::Status on_request(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status on_subscribed(sdk::HttpSession session, const sdk::Subscribed &subscribed);
  sdk::Status on_timer(sdk::HttpSession session, const sdk::Completion &due);
  sdk::Status render_gap(sdk::HttpSession session, const sdk::Gap &gap, sdk::RenderWriter &writer);
  void on_farewell(sdk::HttpSession session, const sdk::Ending &ending,
                   const sdk::Comeback &comeback);

  sdk::Status save(sdk::Writer &writer, uint32_t schema) const;
  sdk::Status load(std::string_view exported, uint32_t schema);

 private:
  sdk::Status subscribe(sdk::HttpSession session, const Wanted &wanted);
  sdk::Status answer_options(sdk::HttpSession session, const sdk::Request &request);
  sdk::Status answer(sdk::HttpSession session, const Problem &problem);
  // A head whose other fields are those of every answer.
  sdk::Response head(uint32_t code) const;
  sdk::Response stream_head() const;
  sdk::Status set_heartbeat(sdk::HttpSession session) const;

  Shard &shard_;
  Kept kept_;
};

using Adapter = sdk::HttpAdapter<Stream, Shard>;

}  // namespace slipring::sse
