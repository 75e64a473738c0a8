// Sends each message back as it was.

#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/plugin.hpp>

namespace {

using slipring::sdk::Message;
using slipring::sdk::Session;
using slipring::sdk::Status;

struct Echo {
  Status on_message(Session session, const Message &message) {
    return session.send(message.kind, message.bytes);
  }
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::StatelessMessageAdapter<Echo>);
