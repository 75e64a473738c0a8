// Sends each text back with its number: "1: hello". The count is the session's state, and goes on
// counting when another version takes the session over.

#include <charconv>
#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/plugin.hpp>
#include <string>

namespace {

using namespace slipring::sdk;

class Numbered {
 public:
  Status on_message(Session session, const Message &message) {
    return session.send_text(std::to_string(++count_) + ": " + std::string(message.bytes));
  }

  Status save(Writer &writer, uint32_t) const { return writer.write(std::to_string(count_)); }

  Status load(std::string_view exported, uint32_t) {
    const char *end = exported.data() + exported.size();
    const auto [stopped, error] = std::from_chars(exported.data(), end, count_);
    if (error != std::errc() || stopped != end)
      return {SLIPRING_INVALID_ARGUMENT, "found \"" + std::string(exported) + "\", not a count"};
    return {};
  }

 private:
  uint64_t count_ = 0;
};

}  // namespace

SLIPRING_PLUGIN(MessageAdapter<Numbered>);
