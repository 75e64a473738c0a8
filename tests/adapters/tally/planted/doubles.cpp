// Sends each answer twice.
#include "tally.hpp"

namespace {

using namespace slipring::sdk;

struct Doubles : slipring::tally::Tally {
  Status on_message(Session session, const Message &message) {
    const std::string answer = collect(message.bytes);
    if (answer.empty()) return {};
    (void)session.send_text(answer);
    return session.send_text(answer);
  }
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<Doubles>);
