#include "edge/link_state.hpp"

#include <gtest/gtest.h>

namespace slipring::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Time = LinkState::Clock::time_point;

class LinkStates : public testing::Test {
 protected:
  // One attempt that fails; how long to wait then.
  LinkState::Clock::duration fail(double random = 1) {
    state_.dialling(now_);
    return state_.failed("refused", now_, random);
  }
  // One that succeeds and is lost after `up`.
  LinkState::Clock::duration lose(LinkState::Clock::duration up) {
    state_.dialling(now_);
    state_.connected(now_);
    now_ += up;
    return state_.failed("lost", now_, 1);
  }

  LinkState state_;
  Time now_{seconds(1000)};
};

TEST_F(LinkStates, WaitTwiceAsLongAfterEachFailureUpToHalfAMinute) {
  for (const int expected : {250, 500, 1000, 2000, 4000, 8000, 16'000, 30'000, 30'000}) {
    EXPECT_EQ(fail(), milliseconds(expected));
  }
}

TEST_F(LinkStates, WaitForARandomPartOfThat) {
  EXPECT_EQ(fail(0), milliseconds(0));
  EXPECT_EQ(fail(0.5), milliseconds(250));
  EXPECT_EQ(fail(0.25), milliseconds(250));
}

TEST_F(LinkStates, BeginAnewAfterHavingBeenUpForAWhile) {
  for (int i = 0; i < 5; ++i) fail();
  EXPECT_EQ(lose(LinkState::long_enough), milliseconds(250));
}

TEST_F(LinkStates, DoNotBeginAnewWhenTheyAreLostAtOnce) {
  for (int i = 0; i < 5; ++i) fail();
  EXPECT_EQ(lose(LinkState::long_enough - milliseconds(1)), milliseconds(8000));
}

TEST_F(LinkStates, AreCountedAndSayWhatWasWrongLast) {
  fail();
  lose(seconds(1));
  EXPECT_EQ(state_.attempts(), 2u);
  EXPECT_EQ(state_.connections(), 1u);
  EXPECT_EQ(state_.last_error(), "lost");
  EXPECT_EQ(state_.phase(), LinkState::Phase::waiting);
  EXPECT_EQ(state_.age(now_ + seconds(3)), seconds(3));
}

}  // namespace
}  // namespace slipring::edge
