#include "access/credential.hpp"

#include <gtest/gtest.h>

#include "access/testing.hpp"

namespace slipring::access {
namespace {

const Carriers everywhere{.bearer = true, .cookie = "session", .ticket = true};

struct Case {
  TestRequest::Fields fields;
  std::string query;
  Carrier carrier;
  std::string secret;
};

TEST(Credential, IsFoundWhereItMayBe) {
  const Case cases[] = {
      {{}, "", Carrier::none, ""},
      {{{"authorization", "Bearer abc"}}, "", Carrier::bearer, "abc"},
      {{{"authorization", "bEARER   abc "}}, "", Carrier::bearer, "abc"},
      {{{"authorization", "Bearer"}}, "", Carrier::bearer, ""},
      {{{"authorization", "Basic abc"}}, "", Carrier::none, ""},
      {{{"authorization", "Bearerabc"}}, "", Carrier::none, ""},
      {{{"cookie", "a=b; session=abc; c=d"}}, "", Carrier::cookie, "abc"},
      {{{"cookie", "session=abc=="}}, "", Carrier::cookie, "abc=="},
      {{{"cookie", "a=b"}, {"cookie", "session=abc"}}, "", Carrier::cookie, "abc"},
      {{{"cookie", "Session=abc"}}, "", Carrier::none, ""},
      {{{"cookie", "session"}}, "", Carrier::none, ""},
      {{{"cookie", "xsession=abc"}}, "", Carrier::none, ""},
      {{}, "ticket=abc", Carrier::ticket, "abc"},
      {{}, "topic=a&ticket=abc&x=y", Carrier::ticket, "abc"},
      {{}, "tickets=abc&Ticket=abc", Carrier::none, ""},
      {{}, "ticket", Carrier::ticket, ""},
      {{}, "%74icket=abc", Carrier::ticket, "abc"}};
  for (const auto &[fields, query, carrier, secret] : cases) {
    const TestRequest request(fields, query);
    const auto found = find_credential(everywhere, *request);
    ASSERT_TRUE(found) << query;
    EXPECT_EQ(found->carrier, carrier) << query << (fields.empty() ? "" : fields[0].second);
    EXPECT_EQ(found->secret, secret);
  }
}

TEST(Credential, WhatIsBroughtOnPurposeGoesBeforeACookie) {
  const TestRequest bearer(
      TestRequest::Fields{{"cookie", "session=c"}, {"authorization", "Bearer b"}});
  EXPECT_EQ(find_credential(everywhere, *bearer)->carrier, Carrier::bearer);
  const TestRequest ticket(TestRequest::Fields{{"cookie", "session=c"}}, "ticket=t");
  EXPECT_EQ(find_credential(everywhere, *ticket)->carrier, Carrier::ticket);
}

TEST(Credential, TwoAreRefused) {
  const std::pair<TestRequest::Fields, std::string> cases[] = {
      {{{"authorization", "Bearer a"}, {"authorization", "Bearer b"}}, ""},
      {{{"authorization", "Bearer a"}}, "ticket=b"},
      {{}, "ticket=a&ticket=a"},
      {{}, "ticket=a&%74icket=b"},
      {{{"cookie", "session=a; session=a"}}, ""},
      {{{"cookie", "session=a"}, {"cookie", "session=b"}}, ""},
      {{{"cookie", "session=a;session =b"}}, ""},
      {{{"cookie", "x=\"; session=a; y=\"; session=b"}}, ""}};
  for (const auto &[fields, query] : cases) {
    const TestRequest request(fields, query);
    const auto found = find_credential(everywhere, *request);
    ASSERT_FALSE(found) << query << (fields.empty() ? "" : fields[0].second);
    EXPECT_EQ(found.status().code(), SLIPRING_INVALID_ARGUMENT);
  }
}

TEST(Credential, IsNotLookedForWhereNoneMayBe) {
  const TestRequest request(
      TestRequest::Fields{{"cookie", "session=c; session=d"}, {"authorization", "Bearer b"}},
      "ticket=t&ticket=u");
  const Carriers nowhere{.bearer = false};
  EXPECT_EQ(find_credential(nowhere, *request)->carrier, Carrier::none);
}

TEST(Credential, TheTicketIsTakenOutOfTheQuery) {
  EXPECT_EQ(without_ticket("ticket=a"), "");
  EXPECT_EQ(without_ticket("x=1&ticket=a&y=2"), "x=1&y=2");
  EXPECT_EQ(without_ticket("%74%69cket=a&topic=%74icket&ticket"), "topic=%74icket");
  EXPECT_EQ(without_ticket("x=ticket=a&tickets=b"), std::nullopt);
  EXPECT_EQ(without_ticket("%7=1&%"), std::nullopt);
  EXPECT_EQ(without_ticket(""), std::nullopt);
}

}  // namespace
}  // namespace slipring::access
