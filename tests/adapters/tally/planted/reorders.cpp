// Sends the second answer before the first, the fourth before the third, and so on.
#include "tally.hpp"

namespace {

using namespace slipring::sdk;

struct Reorders : slipring::tally::Tally {
  Status on_message(Session session, const Message &message) {
    std::string answer = collect(message.bytes);
    if (answer.empty()) return {};
    if (held_.empty()) {
      held_ = std::move(answer);
      return {};
    }
    (void)session.send_text(answer);
    return session.send_text(std::exchange(held_, {}));
  }

 private:
  std::string held_;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<Reorders>);
