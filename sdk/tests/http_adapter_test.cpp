#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/http_adapter.hpp>
#include <slipring/cpp/testing/fake_http.hpp>

namespace slipring::sdk {
namespace {

using ::testing::ElementsAre;
using testing::FakeHttpHost;
using testing::HttpAdapterUnderTest;

constexpr slipring_session kSession = 7;

struct Greeter {
  Status on_request(HttpSession session, const Request &request) {
    if (request.path == "/secret") return {SLIPRING_PERMISSION_DENIED, "not for you"};
    if (request.path == "/broken") throw Error(SLIPRING_DATA_LOSS, "it is gone");
    const std::string name(request.fields.find("x-name").value_or("nobody"));
    return session.answer(Response(200).field("content-type", "text/plain"), "hello " + name);
  }
};

TEST(HttpAdapter, AnswersRequests) {
  FakeHttpHost host;
  HttpAdapterUnderTest adapter(host, &StatelessHttpAdapter<Greeter>::factory);
  void *state = nullptr;
  EXPECT_EQ(adapter.request(kSession, {.fields = {{"x-name", "Ada"}}}, &state), SLIPRING_OK);
  const auto &response = host.responses[kSession];
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.length, 9u);
  EXPECT_EQ(response.field("content-type"), "text/plain");
  EXPECT_EQ(response.body, "hello Ada");
  EXPECT_TRUE(response.finished);
}

TEST(HttpAdapter, RefusesWithAReason) {
  FakeHttpHost host;
  HttpAdapterUnderTest adapter(host, &StatelessHttpAdapter<Greeter>::factory);
  void *state = nullptr;
  EXPECT_EQ(adapter.request(kSession, {.path = "/secret"}, &state), SLIPRING_PERMISSION_DENIED);
  EXPECT_EQ(adapter.refusal, "not for you");
  EXPECT_EQ(adapter.request(kSession, {.path = "/broken"}, &state), SLIPRING_DATA_LOSS);
  EXPECT_EQ(adapter.refusal, "it is gone");
}

TEST(HttpAdapter, ThatHasNoUseForABodyReadsIt) {
  FakeHttpHost host;
  HttpAdapterUnderTest adapter(host, &StatelessHttpAdapter<Greeter>::factory);
  EXPECT_EQ(adapter.body(kSession, nullptr, "abc", true), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 3u);
  EXPECT_EQ(adapter.http().trailers, nullptr);
}

TEST(HttpAdapter, OfRequestsAloneHasNoMessages) {
  EXPECT_EQ(StatelessHttpAdapter<Greeter>::factory.get_extension(SLIPRING_PROFILE_MESSAGE),
            nullptr);
  FakeHttpHost host;
  host.extensions.erase(SLIPRING_PROFILE_MESSAGE);
  HttpAdapterUnderTest adapter(host, &StatelessHttpAdapter<Greeter>::factory);
  EXPECT_EQ(adapter.created, SLIPRING_OK);
}

TEST(HttpAdapter, RefusesAHostWithoutTheProfile) {
  testing::FakeHost host;
  HttpAdapterUnderTest adapter(host, &StatelessHttpAdapter<Greeter>::factory);
  EXPECT_EQ(adapter.created, SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(adapter.reason(), "the host lacks slipring.profile.http/1");
}

struct Both {
  Status on_request(HttpSession session, const Request &) { return session.answer(Response(204)); }
  Status on_message(Session session, const Message &message) {
    return session.send(message.kind, message.bytes);
  }
};

TEST(HttpAdapter, MayTakeMessagesToo) {
  FakeHttpHost host;
  HttpAdapterUnderTest adapter(host, &StatelessHttpAdapter<Both>::factory);
  EXPECT_EQ(adapter.receive(1, nullptr, "hi"), SLIPRING_OK);
  EXPECT_EQ(host.sent.at(0).text, "hi");
  void *state = nullptr;
  EXPECT_EQ(adapter.request(2, {}, &state), SLIPRING_OK);
  EXPECT_EQ(host.responses[2].code, 204u);
}

// Adds up the lengths of lines; its state is the sum in decimal.
struct Adder {
  Status on_request(HttpSession session, const Request &) { return session.respond(Response(200)); }
  size_t on_body(HttpSession session, const Body &body) {
    const size_t end = body.bytes.find('\n');
    if (end == std::string_view::npos) return 0;
    sum += end;
    (void)session.send(std::to_string(sum) + "\n");
    return end + 1;
  }
  Status on_trailers(HttpSession session, const Fields &fields) {
    const slipring_field sum_field = {bytes("x-of"), bytes(*fields.find("x-name"))};
    return session.finish({&sum_field, 1});
  }
  void on_close(const Ending &ending) { last_code = ending.code; }

  Status save(Writer &writer, uint32_t) const { return writer.write(std::to_string(sum)); }
  Status load(std::string_view exported, uint32_t) {
    sum = std::stoull(std::string(exported));
    return {};
  }

  uint64_t sum = 0;
  static inline uint32_t last_code = 0;
};

TEST(HttpAdapter, HasOneObjectPerRequestThatMovesInTheMiddleOfIt) {
  FakeHttpHost host;
  HttpAdapterUnderTest from(host, &HttpAdapter<Adder>::factory);
  HttpAdapterUnderTest to(host, &HttpAdapter<Adder>::factory);
  void *state = nullptr;
  ASSERT_EQ(from.request(kSession, {.method = "POST", .length = 9}, &state), SLIPRING_OK);
  EXPECT_EQ(from.body(kSession, state, "abc\nd", true), SLIPRING_OK);
  EXPECT_EQ(from.consumed, 4u);
  void *moved = nullptr;
  ASSERT_EQ(to.import_state(kSession, 1, from.export_state(kSession, state, 1), &moved),
            SLIPRING_OK);
  from.release(kSession, state);
  EXPECT_EQ(to.body(kSession, moved, "de\n", false), SLIPRING_OK);
  EXPECT_EQ(to.trailers(kSession, moved, {{"x-name", "lines"}}), SLIPRING_OK);
  EXPECT_EQ(host.responses[kSession].body, "3\n5\n");
  EXPECT_THAT(host.responses[kSession].trailers,
              ElementsAre(std::pair<std::string, std::string>("x-of", "lines")));
  to.close(kSession, moved);
  EXPECT_EQ(Adder::last_code, uint32_t{SLIPRING_CLOSE_NORMAL});
}

TEST(HttpSession, TellsHowFarAnExchangeHasCome) {
  FakeHttpHost fake;
  fake.progress = {sizeof(slipring_http_progress), SLIPRING_HTTP_ENDED, SLIPRING_HTTP_HEAD, 5, 9,
                   SLIPRING_LENGTH_UNKNOWN};
  const Host host(&fake.host);
  const HostTables tables(host);
  HttpSession session(tables, kSession);
  Progress progress;
  EXPECT_TRUE(session.progress(progress).ok());
  EXPECT_TRUE(progress.request_ended);
  EXPECT_TRUE(progress.responded);
  EXPECT_FALSE(progress.finished);
  EXPECT_EQ(progress.body_received, 5u);
  EXPECT_EQ(progress.body_sent, 9u);
}

TEST(HttpSession, BreaksOffThroughTheHost) {
  FakeHttpHost fake;
  const Host host(&fake.host);
  const HostTables tables(host);
  HttpSession session(tables, kSession);
  EXPECT_TRUE(session.reset(SLIPRING_ABORTED).ok());
  EXPECT_EQ(fake.responses[kSession].reset, SLIPRING_ABORTED);
}

}  // namespace
}  // namespace slipring::sdk
