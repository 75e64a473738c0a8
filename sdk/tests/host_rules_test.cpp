// Compiled without NDEBUG in every build: what an adapter checks of its host in debug builds.

#include <gtest/gtest.h>

#include <slipring/cpp/http_adapter.hpp>
#include <slipring/cpp/testing/fake_http.hpp>
#include <thread>

namespace slipring::sdk::testing {
namespace {

constexpr slipring_session kSession = 7;

struct Parrot {
  Status on_message(Session session, const Message &message) {
    return session.send(message.kind, message.bytes);
  }
};
using Adapter = MessageAdapter<Parrot>;

class HostRulesDeathTest : public ::testing::Test {
 protected:
  FakeHost host;
  AdapterUnderTest adapter{host, &Adapter::factory};
  void *state = nullptr;

  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    ASSERT_EQ(adapter.open(kSession, &state), SLIPRING_OK);
  }
  void TearDown() override { adapter.close(kSession, state); }
};

TEST_F(HostRulesDeathTest, AnInstanceIsCalledOnOneThread) {
  EXPECT_DEATH(std::thread([&] { (void)adapter.receive(kSession, state, "a"); }).join(),
               "called on its shard's thread");
}

TEST_F(HostRulesDeathTest, NoCallComesFromInsideAnother) {
  host.during_send = [&] { (void)adapter.receive(kSession, state, "again"); };
  EXPECT_DEATH((void)adapter.receive(kSession, state, "a"), "not called from inside its own call");
}

TEST_F(HostRulesDeathTest, AStateIsOneThatTheInstanceMade) {
  EXPECT_DEATH((void)adapter.receive(kSession, &host, "a"), "the one this instance made");
}

TEST_F(HostRulesDeathTest, AStateIsGivenBackOnce) {
  EXPECT_DEATH((adapter.release(kSession, state), adapter.release(kSession, state)),
               "given back once");
}

TEST_F(HostRulesDeathTest, AnAdapterOfWholeMessagesGetsNoParts) {
  EXPECT_DEATH((void)adapter.receive(kSession, state, "a", true), "gets no parts");
}

TEST_F(HostRulesDeathTest, AnInstanceOutlivesItsSessions) {
  EXPECT_DEATH(
      {
        AdapterUnderTest other(host, &Adapter::factory);
        void *left = nullptr;
        (void)other.open(kSession, &left);
      },
      "destroyed after its last session");
}

struct Asked {
  Status on_request(HttpSession session, const Request &) {
    return session.answer(Response(200), "a");
  }
};

class HttpHostRulesDeathTest : public ::testing::Test {
 protected:
  FakeHttpHost host;
  HttpAdapterUnderTest adapter{host, &HttpAdapter<Asked>::factory};
  void *state = nullptr;

  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    ASSERT_EQ(adapter.request(kSession, {}, &state), SLIPRING_OK);
  }
  void TearDown() override { adapter.close(kSession, state); }
};

TEST_F(HttpHostRulesDeathTest, AStateIsOneThatTheInstanceMade) {
  EXPECT_DEATH(adapter.release(kSession, &host), "given back once");
}

TEST_F(HttpHostRulesDeathTest, ABodyIsOfferedWhenSomeOfItHasCome) {
  EXPECT_DEATH((void)adapter.body(kSession, state, "", true), "when some of it has come");
}

TEST_F(HttpHostRulesDeathTest, AWellBehavedHostIsNotTroubled) {
  EXPECT_EQ(adapter.body(kSession, state, "a", true), SLIPRING_OK);
  EXPECT_EQ(adapter.body(kSession, state, "", false), SLIPRING_OK);
}

TEST_F(HostRulesDeathTest, AWellBehavedHostIsNotTroubled) {
  EXPECT_EQ(adapter.receive(kSession, state, "a"), SLIPRING_OK);
  EXPECT_EQ(host.sent.size(), 1u);
}

}  // namespace
}  // namespace slipring::sdk::testing
