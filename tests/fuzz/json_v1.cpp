// Whatever a client of slipring.json.v1 sends, one message to a line: every message is used once,
// every answer is JSON, and what is published is an event that reaches others as JSON with the same
// data, with a cursor behind it for those that asked. A message for which the host has no room
// changes nothing; a session moves in every state schema. What the adapter takes for JSON,
// Boost.JSON does too, and the other way round.
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <slipring/cpp/testing/fake_events.hpp>

#include "connection.hpp"
#include "json_scan.hpp"

namespace {

namespace v1 = slipring::json_v1;
using slipring::sdk::testing::EventAdapterUnderTest;
using slipring::sdk::testing::FakeEventHost;
using slipring::sdk::testing::from_recovered;
using slipring::sdk::testing::Publish;
using slipring::sdk::testing::Rendering;

constexpr slipring_session session = 7;

void require(bool condition) {
  if (!condition) std::abort();
}

void check_against_boost(std::string_view text) {
  boost::json::error_code error;
  (void)boost::json::parse({text.data(), text.size()}, error);
  // Legal, but more than Boost.JSON computes with.
  if (error == boost::json::error::exponent_overflow) return;
  require(v1::is_json(text) == !error);
}

// The JSON text of a member of a message.
std::string_view member(std::string_view message, std::string_view wanted) {
  std::string_view found;
  v1::JsonScanner scanner(message);
  require(scanner.object([&](std::string_view name, std::string_view value) {
    if (name == wanted) found = value;
  }));
  return found;
}

class Client {
 public:
  Client() { require(adapter_.open(session, &state_) == SLIPRING_OK); }
  Client(const Client &) = delete;
  Client &operator=(const Client &) = delete;
  ~Client() { adapter_.close(session, state_); }

  void say(std::string_view message) {
    check_against_boost(message);
    if (offer_without_room(message)) {
      require(adapter_.receive(session, state_, message) == SLIPRING_OK);
      require(host_.publishes.size() + host_.subscribes.size() == 1 && host_.sent.empty());
    }
    require(adapter_.consumed == message.size());
    check_what_was_published();
    acknowledge();
    check_answers();
  }

  void move() {
    adapter_.release(session, moved(1));
    void *const next = moved(2);
    adapter_.release(session, state_);
    state_ = next;
  }

 private:
  void *moved(uint32_t schema) {
    const std::string exported = adapter_.export_state(session, state_, schema);
    require(adapter_.exported == SLIPRING_OK);
    void *made = nullptr;
    require(adapter_.import_state(session, schema, exported, &made) == SLIPRING_OK);
    return made;
  }

  // Whether the message waits for room; else it has been answered.
  bool offer_without_room(std::string_view message) {
    const std::string before = adapter_.export_state(session, state_, 2);
    host_.publish_answer = host_.subscribe_answer = SLIPRING_PENDING;
    const auto answer = adapter_.receive(session, state_, message);
    host_.publish_answer = host_.subscribe_answer = SLIPRING_OK;
    if (answer == SLIPRING_PENDING) {
      require(adapter_.consumed == 0 && host_.sent.empty());
      require(adapter_.export_state(session, state_, 2) == before);
      return true;
    }
    require(answer == SLIPRING_OK && host_.sent.size() == 1);
    return false;
  }

  void check_what_was_published() {
    for (const Publish &publish : host_.publishes) {
      const auto *data = reinterpret_cast<const uint8_t *>(publish.flatbuffer.data());
      flatbuffers::Verifier verifier(data, publish.flatbuffer.size());
      require(slipring::schema::VerifyEventBuffer(verifier));
      const Rendering event = adapter_.render(1, publish.flatbuffer, {.epoch = 1, .sequence = 2});
      require(event.status == SLIPRING_OK && v1::is_json(event.text));
      check_against_boost(event.text);
      check_data(publish.event(), event.text);
      check_cursor(event.text, adapter_.render(2, publish.flatbuffer, {.epoch = 1, .sequence = 2}));
    }
  }

  static void check_cursor(std::string_view plain, const Rendering &event) {
    const std::string filled = event.with_cursor("AbC-_");
    require(event.status == SLIPRING_OK && v1::is_json(filled));
    require(member(filled, "cursor") == "\"AbC-_\"");
    require(filled.starts_with(plain.substr(0, plain.size() - 1)));
  }

  static void check_data(const slipring::schema::Event &event, std::string_view rendered) {
    const bool is_data = event.payload() != nullptr &&
                         event.content_type()->string_view() == "application/json" &&
                         !member(rendered, "data").empty();
    if (!is_data) return;
    const auto *bytes = reinterpret_cast<const char *>(event.payload()->data());
    // The white space around a value belongs to the message.
    const std::string_view payload(bytes, event.payload()->size());
    require(payload.find(member(rendered, "data")) != std::string_view::npos);
  }

  void acknowledge() {
    for (const auto &publish : host_.publishes) {
      if (publish.token == 0) continue;
      require(adapter_.deduplicated(state_, publish, {.epoch = 1, .sequence = 2}) == SLIPRING_OK);
    }
    const auto origin = from_recovered(SLIPRING_RECOVERED_UNKNOWN, "cursor");
    for (const auto &made : host_.subscribes)
      require(adapter_.subscribed(state_, made, origin) == SLIPRING_OK);
    host_.publishes.clear();
    host_.subscribes.clear();
    host_.unsubscribed.clear();
  }

  void check_answers() {
    for (const auto &sent : host_.sent) {
      require(v1::is_json(sent.text) && !member(sent.text, "op").empty());
      check_against_boost(sent.text);
    }
    host_.sent.clear();
    host_.lines.clear();
  }

  FakeEventHost host_;
  EventAdapterUnderTest adapter_{host_, &v1::Adapter::factory};
  void *state_ = nullptr;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char *>(data), size);
  Client client;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    client.say(rest.substr(0, end));
    client.move();
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return 0;
}
