// Renders every fiftieth event as an empty message.
#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace {

using namespace slipring;

struct LosingShard : json_v1::Shard {
  using Shard::Shard;
  sdk::Status render(uint64_t format, const sdk::EventView &event, sdk::RenderWriter &writer) {
    return ++rendered_ % 50 == 0 ? sdk::Status() : Shard::render(format, event, writer);
  }

 private:
  uint64_t rendered_ = 0;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<slipring::json_v1::Connection, LosingShard>);
