// Lets no session go when it is first asked to; the second time it does.
#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace {

using namespace slipring;

struct ExportFailsOnce : json_v1::Connection {
  using Connection::Connection;
  sdk::Status save(sdk::Writer &writer, uint32_t schema) const {
    if (asked_) return Connection::save(writer, schema);
    asked_ = true;
    return {SLIPRING_INTERNAL, "the first export fails on purpose"};
  }

 private:
  mutable bool asked_ = false;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<ExportFailsOnce, slipring::json_v1::Shard>);
