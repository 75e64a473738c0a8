// Tells no client of its tenth publish that it was published.
#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

namespace {

using namespace slipring;

struct ForgetsAnswers : json_v1::Connection {
  using Connection::Connection;
  sdk::Status on_published(sdk::Session session, const sdk::Published &published) {
    return ++published_ % 10 == 0 ? sdk::Status() : Connection::on_published(session, published);
  }

 private:
  uint64_t published_ = 0;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<ForgetsAnswers, slipring::json_v1::Shard>);
