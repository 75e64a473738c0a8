#include "access/gate.hpp"

#include <gtest/gtest.h>

#include <map>

#include "access/testing.hpp"
#include "observe/burst.hpp"
#include "observe/counters.hpp"

namespace slipring::access {
namespace {

struct KnownTokens final : Verifier {
  std::optional<std::string> verify(std::string_view token) const override {
    if (token == "right") return "alice";
    return std::nullopt;
  }
};

class GateTest : public testing::Test {
 protected:
  GateTest() { tickets_.set_limits(TicketLimits()); }

  Result<Admission> admit(const TestRequest &request, Need need = Need::required) {
    return gate_.admit({"/ws", need, origins_}, *request);
  }
  slipring_status code(const TestRequest &request, Need need = Need::required) {
    const auto admission = admit(request, need);
    return admission ? SLIPRING_OK : admission.status().code();
  }
  uint64_t count(std::string_view name) { return counters_.counter(name).total(); }

  Tickets tickets_;
  observe::Counters counters_;
  observe::Burst burst_;
  std::vector<std::string> origins_ = {"https://app.example"};
  const Gate gate_{{.bearer = true, .cookie = "session", .ticket = true},
                   std::make_shared<KnownTokens>(),
                   {tickets_, counters_, burst_}};
};

const TestRequest::Fields right = {{"authorization", "Bearer right"}};
const TestRequest::Fields wrong = {{"authorization", "Bearer wrong"}};

TEST_F(GateTest, AMountThatNeedsNoneLooksAtNothing) {
  TestRequest request(wrong, "ticket=abc");
  request->certificate = "CN=carol";
  const auto admission = admit(request, Need::none);
  ASSERT_TRUE(admission);
  EXPECT_EQ(admission->identity, "CN=carol");
  EXPECT_EQ(admission->query, std::nullopt);
  EXPECT_EQ(count("credentials_accepted_total"), 0u);
}

TEST_F(GateTest, ATokenLetsItsIdentityIn) {
  for (const Need need : {Need::optional, Need::required}) {
    const auto admission = admit(TestRequest(right), need);
    ASSERT_TRUE(admission);
    EXPECT_EQ(admission->identity, "alice");
    EXPECT_EQ(admission->by, Carrier::bearer);
    EXPECT_EQ(code(TestRequest(wrong), need), SLIPRING_UNAUTHENTICATED);
  }
  EXPECT_EQ(count("credentials_accepted_total"), 2u);
  EXPECT_EQ(count("credentials_refused_total"), 2u);
}

TEST_F(GateTest, WithoutACredentialOneIsAnonymousOrRefused) {
  const auto admission = admit(TestRequest(), Need::optional);
  ASSERT_TRUE(admission);
  EXPECT_EQ(admission->identity, "");
  const auto refused = admit(TestRequest());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.status().code(), SLIPRING_UNAUTHENTICATED);
  EXPECT_EQ(refused.status().message(),
            "a credential is needed here; accepted: Authorization: Bearer, or the cookie session, "
            "or ?ticket=");
  EXPECT_EQ(count("credentials_missing_total"), 1u);
  EXPECT_EQ(count("credentials_accepted_total"), 0u);
}

TEST_F(GateTest, ACookieCountsForPagesThatMayUseIt) {
  const auto cookie = [](std::string origin) {
    return TestRequest::Fields{{"cookie", "session=right"}, {"origin", std::move(origin)}};
  };
  EXPECT_EQ(admit(TestRequest(cookie("https://example.org")))->identity, "alice");
  EXPECT_EQ(admit(TestRequest(cookie("https://app.example")))->identity, "alice");
  origins_.emplace_back("*");
  EXPECT_EQ(code(TestRequest(cookie("https://evil.example"))), SLIPRING_PERMISSION_DENIED);
  EXPECT_EQ(code(TestRequest(cookie("https://evil.example")), Need::optional),
            SLIPRING_PERMISSION_DENIED);
  EXPECT_EQ(count("credentials_foreign_total"), 2u);
  EXPECT_EQ(code(TestRequest(TestRequest::Fields{{"cookie", "session=wrong"}})),
            SLIPRING_UNAUTHENTICATED);
  EXPECT_EQ(code(TestRequest(TestRequest::Fields{{"cookie", "session=right; session=right"}})),
            SLIPRING_INVALID_ARGUMENT);
}

TEST_F(GateTest, ATicketIsTakenOnceAndTakenOut) {
  const std::string ticket = tickets_.issue({"bob", ""}).value();
  const auto admission = admit(TestRequest({}, "topic=a&ticket=" + ticket));
  ASSERT_TRUE(admission);
  EXPECT_EQ(admission->identity, "bob");
  EXPECT_EQ(admission->by, Carrier::ticket);
  EXPECT_EQ(admission->query, "topic=a");
  EXPECT_EQ(code(TestRequest({}, "topic=a&ticket=" + ticket)), SLIPRING_UNAUTHENTICATED);
}

TEST_F(GateTest, ATicketThatAnotherPageBringsIsUsedUp) {
  const std::string ticket = tickets_.issue({"bob", "https://app.example"}).value();
  const TestRequest own(TestRequest::Fields{{"origin", "https://app.example"}}, "ticket=" + ticket);
  const TestRequest foreign(TestRequest::Fields{{"origin", "https://example.org"}},
                            "ticket=" + ticket);
  EXPECT_EQ(code(foreign), SLIPRING_PERMISSION_DENIED);
  EXPECT_EQ(code(own), SLIPRING_UNAUTHENTICATED);
}

TEST_F(GateTest, ACertificateIsACredentialAndAnotherGoesBeforeIt) {
  TestRequest alone;
  alone->certificate = "CN=carol";
  const auto admission = admit(alone);
  ASSERT_TRUE(admission);
  EXPECT_EQ(admission->identity, "CN=carol");
  EXPECT_EQ(admission->by, Carrier::certificate);
  TestRequest both(right);
  both->certificate = "CN=carol";
  EXPECT_EQ(admit(both)->identity, "alice");
  TestRequest bad(wrong);
  bad->certificate = "CN=carol";
  EXPECT_EQ(code(bad), SLIPRING_UNAUTHENTICATED);
  TestRequest page(TestRequest::Fields{{"origin", "https://evil.example"}});
  page->certificate = "CN=carol";
  EXPECT_EQ(code(page), SLIPRING_PERMISSION_DENIED);
}

TEST_F(GateTest, APreflightPassesAsNobody) {
  TestRequest preflight(TestRequest::Fields{{"origin", "https://app.example"},
                                            {"access-control-request-method", "POST"},
                                            {"cookie", "session=right"}});
  preflight->method = "OPTIONS";
  const auto admission = admit(preflight);
  ASSERT_TRUE(admission);
  EXPECT_EQ(admission->identity, "");
}

}  // namespace
}  // namespace slipring::access
