// Takes no session over.
#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace {

using namespace slipring;

struct RefusesAll : json_v1::Connection {
  using Connection::Connection;
  sdk::Status load(std::string_view, uint32_t) {
    return {SLIPRING_FAILED_PRECONDITION, "every session is refused on purpose"};
  }
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<RefusesAll, slipring::json_v1::Shard>);
