#include "access/tickets.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace slipring::access {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TicketsTest : public testing::Test {
 protected:
  TicketsTest() { tickets_.set_limits(limits_); }

  const TicketLimits limits_{.lifetime = seconds(30), .total = 5, .per_identity = 2};
  Tickets tickets_;
  const Tickets::Clock::time_point now_ = Tickets::Clock::now();
};

TEST_F(TicketsTest, ATicketIsGoodOnce) {
  const auto ticket = tickets_.issue({"alice", "https://app.example"}, now_);
  ASSERT_TRUE(ticket);
  const auto holder = tickets_.take(*ticket, now_);
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->identity, "alice");
  EXPECT_EQ(holder->origin, "https://app.example");
  EXPECT_FALSE(tickets_.take(*ticket, now_));
  EXPECT_EQ(tickets_.outstanding(), 0u);
}

TEST_F(TicketsTest, ATicketIs256BitsOfBase64url) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto ticket = tickets_.issue({"alice", ""}, now_);
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->size(), 43u);
    EXPECT_EQ(ticket->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789-_"),
              std::string::npos);
    EXPECT_TRUE(seen.insert(*ticket).second);
    EXPECT_TRUE(tickets_.take(*ticket, now_));
  }
}

TEST_F(TicketsTest, ATicketIsGoodForItsLifetime) {
  const auto early = tickets_.issue({"alice", ""}, now_);
  const auto late = tickets_.issue({"alice", ""}, now_);
  EXPECT_TRUE(tickets_.take(*early, now_ + seconds(30) - milliseconds(1)));
  EXPECT_FALSE(tickets_.take(*late, now_ + seconds(30)));
  EXPECT_EQ(tickets_.outstanding(), 0u);
}

TEST_F(TicketsTest, UnknownOnesAreNone) {
  EXPECT_FALSE(tickets_.take("", now_));
  EXPECT_FALSE(tickets_.take(std::string(43, 'A'), now_));
}

TEST_F(TicketsTest, AnIdentityHasSoManyOutstanding) {
  const auto first = tickets_.issue({"alice", ""}, now_);
  ASSERT_TRUE(first);
  ASSERT_TRUE(tickets_.issue({"alice", ""}, now_ + seconds(1)));
  EXPECT_EQ(tickets_.issue({"alice", ""}, now_).status().code(), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_TRUE(tickets_.issue({"bob", ""}, now_ + seconds(2)));
  EXPECT_TRUE(tickets_.take(*first, now_));
  EXPECT_TRUE(tickets_.issue({"alice", ""}, now_ + seconds(2)));
  // The one of the first second has expired, the later ones not.
  EXPECT_TRUE(tickets_.issue({"alice", ""}, now_ + seconds(31)));
  EXPECT_EQ(tickets_.issue({"alice", ""}, now_ + seconds(31)).status().code(),
            SLIPRING_RESOURCE_EXHAUSTED);
}

TEST_F(TicketsTest, ThereAreSoManyInAll) {
  for (const char *identity : {"a", "b", "c", "d", "e"}) {
    EXPECT_TRUE(tickets_.issue({identity, ""}, now_));
  }
  EXPECT_EQ(tickets_.issue({"f", ""}, now_).status().code(), SLIPRING_RESOURCE_EXHAUSTED);
  EXPECT_TRUE(tickets_.issue({"f", ""}, now_ + seconds(30)));
  EXPECT_EQ(tickets_.outstanding(), 1u);
}

TEST_F(TicketsTest, WithoutLimitsNoneAreIssued) {
  tickets_.set_limits(std::nullopt);
  EXPECT_EQ(tickets_.issue({"alice", ""}, now_).status().code(), SLIPRING_UNIMPLEMENTED);
}

TEST_F(TicketsTest, OfTwoThreadsWithOneTicketOneGetsIt) {
  tickets_.set_limits(TicketLimits());
  std::vector<std::string> all;
  all.reserve(100);
  for (int i = 0; i < 100; ++i) all.push_back(tickets_.issue({"alice", ""}).value());
  std::atomic<int> taken = 0;
  const auto take_all = [&] {
    for (const std::string &ticket : all) taken += tickets_.take(ticket).has_value() ? 1 : 0;
  };
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) threads.emplace_back(take_all);
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(taken, 100);
  EXPECT_EQ(tickets_.outstanding(), 0u);
}

}  // namespace
}  // namespace slipring::access
