// Takes each tenth message of a client after the eleventh.
#include <slipring/cpp/plugin.hpp>
#include <string>
#include <utility>

#include "connection.hpp"

namespace {

using namespace slipring;

struct Reorders : json_v1::Connection {
  using Connection::Connection;
  sdk::Status on_message(sdk::Session session, const sdk::Message &message) {
    if (++messages_ % 10 == 0) {
      held_ = message.bytes;
      return {};
    }
    sdk::Status status = Connection::on_message(session, message);
    if (!status.ok() || held_.empty()) return status;
    const std::string held = std::exchange(held_, {});
    sdk::Message late = message;
    late.bytes = held;
    return Connection::on_message(session, late);
  }

 private:
  uint64_t messages_ = 0;
  std::string held_;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<Reorders, slipring::json_v1::Shard>);
