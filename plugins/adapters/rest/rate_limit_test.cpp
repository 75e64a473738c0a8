#include "rate_limit.hpp"

#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr RateLimit::Clock::time_point start = RateLimit::Clock::time_point() + 1000s;

TEST(RateLimit, GivesTheQuotaAtOnceAndThenEvenly) {
  RateLimit limit(3, 60s);
  for (uint64_t left : {2u, 1u, 0u}) EXPECT_EQ(limit.take("192.0.2.1:1", start).remaining, left);
  const auto refused = limit.take("192.0.2.1:2", start);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after_s, 20u);
  EXPECT_EQ(refused.full_after_s, 60u);
  EXPECT_FALSE(limit.take("192.0.2.1:2", start + 19s).allowed);
  EXPECT_TRUE(limit.take("192.0.2.1:2", start + 21s).allowed);
  EXPECT_EQ(limit.take("192.0.2.1:2", start + 10min).remaining, 2u);
  EXPECT_TRUE(limit.take("192.0.2.2:1", start).allowed);
}

TEST(RateLimit, CountsAddressesNotConnections) {
  EXPECT_EQ(address_key("192.0.2.1:1"), address_key("192.0.2.1:2"));
  EXPECT_EQ(address_key("[::ffff:192.0.2.1]:1"), address_key("192.0.2.1:2"));
  EXPECT_EQ(address_key("[2001:db8::1]:1"), address_key("[2001:db8::ffff:2]:2"));
  EXPECT_NE(address_key("[2001:db8::1]:1"), address_key("[2001:db8:0:1::1]:1"));
  EXPECT_NE(address_key("192.0.2.1:1"), address_key("192.0.2.2:1"));
  EXPECT_EQ(address_key("somewhere:1"), address_key("somewhere:2"));
}

TEST(RateLimit, KeepsABoundedNumberOfAddresses) {
  RateLimit limit(2, 2s);
  const auto take = [&](size_t i, auto when) {
    const std::string tail = std::to_string(i / 65536) + "." + std::to_string(i / 256 % 256) + "." +
                             std::to_string(i % 256);
    return limit.take("10." + tail + ":1", when);
  };
  for (size_t i = 0; i < RateLimit::most_addresses; ++i) take(i, start);
  EXPECT_EQ(limit.addresses(), RateLimit::most_addresses);
  take(RateLimit::most_addresses, start);
  EXPECT_EQ(limit.addresses(), RateLimit::most_addresses);
  take(RateLimit::most_addresses + 1, start + 5s);
  EXPECT_EQ(limit.addresses(), 1u);
}

class LimitedTest : public ExchangeTest {
 protected:
  LimitedTest() { settings = R"({"rate_limit":{"publishes":2,"window":3600}})"; }
};

TEST_F(LimitedTest, TellsHowManyAreLeftAndRefusesMore) {
  post({}, "1");
  EXPECT_EQ(acknowledge({{0, 1, 6}}).field("ratelimit-policy"), "\"publish\";q=2;w=3600");
  EXPECT_EQ(host.responses[session_id].field("ratelimit"), "\"publish\";r=1;t=1800");
  post({}, "1");
  EXPECT_EQ(acknowledge({{0, 1, 7}}).code, 201u);
  post({}, "1");
  const FakeResponse &refused = host.responses[session_id];
  EXPECT_EQ(refused.code, 429u);
  EXPECT_EQ(refused.field("retry-after"), "1800");
  EXPECT_EQ(refused.field("ratelimit"), "\"publish\";r=0;t=3600");
  EXPECT_EQ(refused.field("ratelimit-policy"), "\"publish\";q=2;w=3600");
  EXPECT_THAT(detail(), HasSubstr("2 publishes in 3600 s"));
  EXPECT_EQ(host.publishes.size(), 0u);
  EXPECT_EQ(ask({.method = "OPTIONS", .path = "/topics/a"}).code, 204u);
}

TEST_F(LimitedTest, WhatIsLeftIsToldAfterAMoveToo) {
  post({}, "1");
  const std::string exported = adapter().export_state(session_id, state, 1);
  void *next = nullptr;
  ASSERT_EQ(adapter().import_state(session_id, 1, exported, &next), SLIPRING_OK);
  adapter().release(session_id, std::exchange(state, next));
  EXPECT_EQ(acknowledge({{0, 1, 6}}).field("ratelimit"), "\"publish\";r=1;t=1800");
}

TEST_F(LimitedTest, NothingIsSaidUnlessConfigured) {
  settings.clear();
  post({}, "1");
  EXPECT_EQ(acknowledge({{0, 1, 6}}).field("ratelimit"), "");
}

}  // namespace
}  // namespace slipring::rest
