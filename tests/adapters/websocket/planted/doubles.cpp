// Publishes each tenth event of a client twice.
#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace {

using namespace slipring;

struct Doubles : json_v1::Connection {
  using Connection::Connection;
  sdk::Status on_message(sdk::Session session, const sdk::Message &message) {
    if (++messages_ % 10 == 0) (void)Connection::on_message(session, message);
    return Connection::on_message(session, message);
  }

 private:
  uint64_t messages_ = 0;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<Doubles, slipring::json_v1::Shard>);
