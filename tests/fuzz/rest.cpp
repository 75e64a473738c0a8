// Whatever a client asks of the adapter rest: its method, path, query and fields a line each, an
// empty line, the body. Every request is answered once, in JSON if at all, also when it moves to
// the next version before its body is there. What is published is an event, each of a batch or
// none; its outer form is JSON, and posted again it is the same event.
#include <cstdlib>
#include <slipring/cpp/testing/fake_http.hpp>

#include "cloud_event_text.hpp"
#include "exchange.hpp"
#include "json_scan.hpp"

namespace {

namespace rest = slipring::rest;
using slipring::json_v1::is_json;
using slipring::sdk::testing::FakeHttpHost;
using slipring::sdk::testing::FakeRequest;
using slipring::sdk::testing::FakeResponse;
using slipring::sdk::testing::FieldList;
using slipring::sdk::testing::HttpAdapterUnderTest;

constexpr slipring_session session = 7;

void require(bool condition) {
  if (!condition) std::abort();
}

std::string_view take_line(std::string_view &rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

FieldList take_fields(std::string_view &rest) {
  FieldList fields;
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    const size_t colon = std::min(line.find(':'), line.size());
    fields.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 1, line.size())));
  }
  return fields;
}

// The event in its outer form.
std::string text_of(const std::string &flatbuffer) {
  slipring_event_view view{};
  view.struct_size = sizeof view;
  view.event = slipring::sdk::bytes(flatbuffer);
  std::string text;
  rest::append_cloud_event(text, slipring::sdk::EventView(view));
  require(is_json(text));
  return text;
}

class Client {
 public:
  Client(const FakeRequest &request, std::string_view body) {
    require(adapter_.request(session, request, &state_) == SLIPRING_OK);
    if (response().code == 0 && request.length != 0) {
      move();
      require(adapter_.body(session, state_, body, false) == SLIPRING_OK);
    }
    check_publishes();
    acknowledge();
    require(response().code >= 200 && response().finished && response().reset == SLIPRING_OK);
    require(response().body.empty() || is_json(response().body));
  }
  Client(const Client &) = delete;
  Client &operator=(const Client &) = delete;
  ~Client() { adapter_.close(session, state_); }

  const std::vector<slipring::sdk::testing::Publish> &publishes() const { return host_.publishes; }

 private:
  FakeResponse &response() { return host_.responses[session]; }

  void move() {
    const std::string exported = adapter_.export_state(session, state_, 1);
    require(adapter_.exported == SLIPRING_OK);
    void *next = nullptr;
    require(adapter_.import_state(session, 1, exported, &next) == SLIPRING_OK);
    adapter_.release(session, state_);
    state_ = next;
  }

  void check_publishes() {
    require(host_.publishes.empty() || response().code == 0);
    for (const auto &publish : host_.publishes) {
      const auto *data = reinterpret_cast<const uint8_t *>(publish.flatbuffer.data());
      flatbuffers::Verifier verifier(data, publish.flatbuffer.size());
      require(slipring::schema::VerifyEventBuffer(verifier));
    }
  }

  void acknowledge() {
    move();
    if (!host_.publishes.empty()) {
      const std::vector<slipring_position> positions(host_.publishes.size(), {0, 1, 2});
      const slipring_published result{sizeof result, positions.data(), positions.size(), 0, 0, {}};
      require(adapter_.complete(state_, host_.publishes[0], SLIPRING_DONE_PUBLISH, SLIPRING_OK,
                                &result, {}) == SLIPRING_OK);
    }
    if (!host_.reads.empty()) {
      const slipring_batch batch{sizeof batch, nullptr, 0, nullptr, {}, 0, {}};
      require(adapter_.complete(state_, host_.reads[0], SLIPRING_DONE_READ, SLIPRING_OK, &batch,
                                {}) == SLIPRING_OK);
    }
  }

  FakeHttpHost host_;
  HttpAdapterUnderTest adapter_{host_, &rest::Adapter::factory};
  void *state_ = nullptr;
};

// What is read can be posted as it is. Returns how that is read.
std::string post_again(const std::string &text, std::string_view path) {
  const Client again({.method = "POST",
                      .path = path,
                      .fields = {{"content-type", "application/cloudevents+json"}},
                      .length = text.size()},
                     text);
  require(again.publishes().size() == 1);
  return text_of(again.publishes()[0].flatbuffer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view rest(reinterpret_cast<const char *>(data), size);
  const std::string_view method = take_line(rest);
  const std::string_view path = take_line(rest);
  const std::string_view query = take_line(rest);
  const FieldList fields = take_fields(rest);
  const Client client(
      {.method = method, .path = path, .query = query, .fields = fields, .length = rest.size()},
      rest);
  for (const auto &publish : client.publishes()) {
    // Once: the white space around a payload belongs to the first body.
    const std::string text = post_again(text_of(publish.flatbuffer), path);
    require(post_again(text, path) == text);
  }
  return 0;
}
