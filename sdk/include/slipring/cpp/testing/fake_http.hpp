// Unit tests of HTTP adapters, without a host: it records responses, and calls the adapter when the
// test says so. Events are as in fake_events.hpp.
//
//   FakeHttpHost host;
//   HttpAdapterUnderTest adapter(host, &MyAdapter::factory);
//   adapter.request(7, {.method = "POST", .path = "/a", .length = 5}, &state);
//   adapter.body(7, state, "hello", false);
//   EXPECT_EQ(host.responses[7].code, 204u);
//
// Thread-safety: one thread.
#ifndef SLIPRING_CPP_TESTING_FAKE_HTTP_HPP
#define SLIPRING_CPP_TESTING_FAKE_HTTP_HPP

#include <slipring/ext/profile-http.h>

#include <slipring/cpp/testing/fake_events.hpp>
#include <utility>

namespace slipring::sdk::testing {

using FieldList = std::vector<std::pair<std::string, std::string>>;

struct FakeResponse {
  std::vector<uint32_t> interim;
  uint32_t code = 0;  // 0: none yet
  uint64_t length = 0;
  FieldList fields;
  std::string body;
  bool finished = false;
  FieldList trailers;
  slipring_status reset = SLIPRING_OK;

  // The value of the first field of that name; empty: there is none.
  std::string field(std::string_view name) const {
    for (const auto &[known, value] : fields)
      if (known == name) return value;
    return {};
  }
};

// The real host's checks of order and length are made here too.
class FakeHttpHost : public FakeEventHost {
 public:
  FakeHttpHost() { extensions[SLIPRING_PROFILE_HTTP] = &http_; }

  std::map<slipring_session, FakeResponse> responses;
  slipring_status send_answer = SLIPRING_OK;
  slipring_http_progress progress{sizeof progress, SLIPRING_HTTP_HEAD, SLIPRING_HTTP_NONE, 0, 0, 0};

 private:
  static FakeHttpHost &of(const slipring_host *raw) {
    return static_cast<FakeHttpHost &>(FakeHost::of(raw));
  }
  static FieldList list_of(const slipring_field *fields, size_t count) {
    FieldList list;
    for (size_t i = 0; i < count; ++i)
      list.emplace_back(testing::text(fields[i].name), testing::text(fields[i].value));
    return list;
  }

  static slipring_status respond(const slipring_host *raw, slipring_session session,
                                 const slipring_http_head *head) {
    FakeResponse &response = of(raw).responses[session];
    if (response.code != 0 || response.finished) return SLIPRING_FAILED_PRECONDITION;
    if (head->code < 200) {
      response.interim.push_back(head->code);
      return SLIPRING_OK;
    }
    response.code = head->code;
    response.length = head->length;
    response.fields = list_of(head->fields, head->field_count);
    return SLIPRING_OK;
  }

  static slipring_status send(const slipring_host *raw, slipring_session session,
                              slipring_bytes bytes) {
    FakeHttpHost &self = of(raw);
    FakeResponse &response = self.responses[session];
    if (response.code == 0 || response.finished) return SLIPRING_FAILED_PRECONDITION;
    if (bytes.size > response.length - response.body.size()) return SLIPRING_OUT_OF_RANGE;
    if (self.send_answer == SLIPRING_OK) response.body += testing::text(bytes);
    return self.send_answer;
  }

  static slipring_status finish(const slipring_host *raw, slipring_session session,
                                const slipring_field *trailers, size_t count) {
    FakeResponse &response = of(raw).responses[session];
    if (response.code == 0 || response.finished) return SLIPRING_FAILED_PRECONDITION;
    response.finished = true;
    response.trailers = list_of(trailers, count);
    return SLIPRING_OK;
  }

  slipring_http_host http_{
      sizeof(slipring_http_host),
      respond,
      send,
      finish,
      [](const slipring_host *raw, slipring_session session, slipring_status why) {
        FakeResponse &response = of(raw).responses[session];
        response.finished = true;
        response.reset = why;
        return slipring_status{SLIPRING_OK};
      },
      [](const slipring_host *raw, slipring_session, slipring_http_progress *to) {
        *to = of(raw).progress;
        return slipring_status{SLIPRING_OK};
      }};
};

// What a test asks for.
struct FakeRequest {
  std::string_view method = "GET";
  std::string_view path = "/";
  std::string_view query = {};
  FieldList fields = {};
  uint64_t length = 0;
};

class HttpAdapterUnderTest : public EventAdapterUnderTest {
 public:
  using EventAdapterUnderTest::EventAdapterUnderTest;

  slipring_status request(slipring_session session, const FakeRequest &asked, void **state) {
    std::vector<slipring_field> fields;
    fields.reserve(asked.fields.size());
    for (const auto &[name, value] : asked.fields) fields.push_back({bytes(name), bytes(value)});
    StringWriter reason;
    slipring_http_request raw{};
    raw.struct_size = sizeof raw;
    raw.method = bytes(asked.method);
    raw.scheme = bytes("http");
    raw.authority = bytes("example.org");
    raw.path = bytes(asked.path);
    raw.query = bytes(asked.query);
    raw.peer = bytes("192.0.2.1:4711");
    raw.fields = fields.data();
    raw.field_count = fields.size();
    raw.length = asked.length;
    raw.version = 11;
    const slipring_status answer = http().open(instance(), session, &raw, &reason.writer, state);
    refusal = reason.text;
    return answer;
  }

  slipring_status body(slipring_session session, void *state, std::string_view text, bool more) {
    return http().body(instance(), session, state, bytes(text), more, &consumed);
  }

  slipring_status trailers(slipring_session session, void *state, const FieldList &list) {
    std::vector<slipring_field> fields;
    fields.reserve(list.size());
    for (const auto &[name, value] : list) fields.push_back({bytes(name), bytes(value)});
    return http().trailers(instance(), session, state, fields.data(), fields.size());
  }

  const slipring_http_adapter &http() const {
    return *extension<slipring_http_adapter>(SLIPRING_PROFILE_HTTP);
  }

  std::string refusal;  // what the last request was refused with
};

}  // namespace slipring::sdk::testing

#endif
