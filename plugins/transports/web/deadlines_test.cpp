#include "deadlines.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace slipring::web {
namespace {

using std::chrono::seconds;

struct Waiter : Deadline {
  std::vector<Wait> missed;
  void late(Wait what) override { missed.push_back(what); }
};

class DeadlinesTest : public testing::Test {
 protected:
  void at(seconds time) {
    deadlines_.set_now(Time{} + time);
    deadlines_.advance();
  }

  Deadlines deadlines_{
      {seconds(10), seconds(10), seconds(60), seconds(75), seconds(32), seconds(10), seconds(3)}};
  Waiter waiter_;
};

TEST_F(DeadlinesTest, WhoIsLateIsToldOnceAndForWhat) {
  at(seconds(100));
  deadlines_.set(waiter_, Wait::head);
  at(seconds(109));
  EXPECT_TRUE(waiter_.missed.empty());
  at(seconds(110));
  at(seconds(1000));
  EXPECT_EQ(waiter_.missed, std::vector{Wait::head});
}

TEST_F(DeadlinesTest, OneThingIsWaitedForAtATime) {
  at(seconds(100));
  deadlines_.set(waiter_, Wait::close);
  deadlines_.set(waiter_, Wait::idle);
  at(seconds(174));
  EXPECT_TRUE(waiter_.missed.empty());
  at(seconds(175));
  EXPECT_EQ(waiter_.missed, std::vector{Wait::idle});
}

TEST_F(DeadlinesTest, ASignOfLifePushesSilenceAway) {
  at(seconds(100));
  deadlines_.set(waiter_, Wait::silence);
  at(seconds(101));  // within a sixteenth of the time: the same sign of life
  deadlines_.refresh(waiter_, Wait::silence);
  at(seconds(110));
  deadlines_.refresh(waiter_, Wait::silence);
  at(seconds(141));
  EXPECT_TRUE(waiter_.missed.empty());
  at(seconds(142));
  EXPECT_EQ(waiter_.missed, std::vector{Wait::silence});
}

TEST_F(DeadlinesTest, WhatIsDueSoonIsDueInTheSameRound) {
  at(seconds(100));
  deadlines_.set(waiter_, Wait::soon);
  EXPECT_EQ(deadlines_.next(), Time{} + seconds(100));
  at(seconds(100));
  EXPECT_EQ(waiter_.missed, std::vector{Wait::soon});
}

TEST_F(DeadlinesTest, TheSoonestIsKnown) {
  at(seconds(100));
  EXPECT_FALSE(deadlines_.next());
  deadlines_.set(waiter_, Wait::body);
  Waiter other;
  deadlines_.set(other, Wait::close);
  EXPECT_EQ(deadlines_.next(), Time{} + seconds(103));
  deadlines_.cancel(other);
  EXPECT_EQ(deadlines_.next(), Time{} + seconds(160));
}

}  // namespace
}  // namespace slipring::web
