// Answers as it should, and says that it is not well once it has had its fifth text.
#include "tally.hpp"

namespace {

using slipring::sdk::Message;
using slipring::sdk::Session;
using slipring::sdk::Status;

struct Shard {
  Status health() const { return texts < 5 ? Status() : Status(SLIPRING_UNAVAILABLE, "a cold"); }
  int texts = 0;
};

class Unwell : public slipring::tally::Tally {
 public:
  explicit Unwell(Shard &shard) : shard_(shard) {}

  Status on_message(Session session, const Message &message) {
    ++shard_.texts;
    return Tally::on_message(session, message);
  }

 private:
  Shard &shard_;
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<Unwell, Shard>);
