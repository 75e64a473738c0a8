// A tally whose answers bear the label that its settings say: {"label":"blue","n":1,…}. The label
// "refused" is one that it cannot be made with, though the schema permits it.
#include "tally.hpp"

namespace slipring::tally {
namespace {

struct Shard {
  Shard(const sdk::Host &, std::string_view settings) {
    constexpr std::string_view member = R"("label":")";
    const size_t at = settings.find(member);
    if (at != std::string_view::npos) {
      const std::string_view rest = settings.substr(at + member.size());
      label = rest.substr(0, rest.find('"'));
    }
    if (label == "refused") throw sdk::Error(SLIPRING_FAILED_PRECONDITION, "not with this label");
  }

  std::string label = "none";
};

class Labelled : public Tally {
 public:
  explicit Labelled(const Shard &shard) : shard_(shard) {}

  sdk::Status on_message(sdk::Session session, const sdk::Message &message) {
    std::string answer = collect(message.bytes);
    if (answer.empty()) return {};
    answer.insert(1, "\"label\":\"" + shard_.label + "\",");
    return session.send_text(answer);
  }

 private:
  const Shard &shard_;
};

}  // namespace
}  // namespace slipring::tally

using Adapter = slipring::sdk::MessageAdapter<slipring::tally::Labelled, slipring::tally::Shard>;
SLIPRING_PLUGIN(Adapter);
