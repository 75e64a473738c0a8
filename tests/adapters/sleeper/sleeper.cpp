// Sends each message back; before that it sleeps for as many milliseconds as the message says, and
// its shard with it. "fail" is answered by an error of its own.

#include <charconv>
#include <chrono>
#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/plugin.hpp>
#include <thread>

namespace {

using slipring::sdk::Message;
using slipring::sdk::Session;
using slipring::sdk::Status;

struct Sleeper {
  Status on_message(Session session, const Message &message) {
    if (message.bytes == "fail") return {SLIPRING_INTERNAL, "as it was told"};
    int milliseconds = 0;
    std::from_chars(message.bytes.data(), message.bytes.data() + message.bytes.size(),
                    milliseconds);
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    return session.send(message.kind, message.bytes);
  }
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::StatelessMessageAdapter<Sleeper>);
