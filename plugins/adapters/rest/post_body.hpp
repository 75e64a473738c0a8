// The body of a POST: the events that it publishes, all of them or none.
//
// Thread-safety: one thread.
#pragma once

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/publication.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "problem.hpp"
#include "settings.hpp"
#include "state_v1_generated.h"

namespace slipring::rest {

// Finished events, to be published in one call.
class Publications {
 public:
  void clear() noexcept {
    events_.clear();
    raw_.clear();
  }
  // Copies the event.
  void add(slipring_bytes finished) { events_.emplace_back(sdk::view(finished)); }
  // The first event is published on this condition. Valid until the next change.
  std::span<const slipring_publish> with(const sdk::Expectation &expect);
  size_t size() const noexcept { return events_.size(); }

 private:
  std::vector<std::string> events_;
  std::vector<slipring_publish> raw_;
};

// What is the same for all bodies of a shard; its buffers are used again.
struct PostTools {
  sdk::EventBuilder builder;
  std::string arena;
  Publications publications;
};

// Replaces `tools.publications`. Nothing of it is to be published unless all is well.
Check read_post_body(std::string_view body, std::string_view topic, const state::PostT &post,
                     const Settings &settings, PostTools &tools);

}  // namespace slipring::rest
