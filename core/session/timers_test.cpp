#include "session/timers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <slipring/ext/timer.h>

#include <limits>

#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TimersTest : public testing::Test {
 protected:
  Operation &timer(int due) {
    Operation &made = operations_.add(session_, SLIPRING_DONE_TIMER, {});
    made.number = Timers::number_of(at(due));
    timers_.add(made);
    return made;
  }
  static Clock::time_point at(int second) { return Clock::time_point(seconds(second)); }
  std::vector<slipring_token> due(int now) { return timers_.take_due(at(now), operations_); }

  Session session_;
  Operations operations_;
  Timers timers_;
};

TEST_F(TimersTest, AreDueInTheirOrder) {
  EXPECT_EQ(timers_.next(), std::nullopt);
  const slipring_token late = timer(30).token;
  const slipring_token early = timer(10).token;
  const slipring_token middle = timer(20).token;
  EXPECT_EQ(timers_.next(), at(10));
  EXPECT_THAT(due(9), IsEmpty());
  EXPECT_THAT(due(20), ElementsAre(early, middle));
  EXPECT_EQ(timers_.next(), at(30));
  EXPECT_THAT(due(31), ElementsAre(late));
  EXPECT_EQ(timers_.next(), std::nullopt);
}

TEST_F(TimersTest, ThatArePutOffAreDueLater) {
  Operation &putOff = timer(10);
  putOff.number = Timers::number_of(at(25));
  EXPECT_THAT(due(10), IsEmpty());
  EXPECT_EQ(timers_.next(), at(25));
  EXPECT_THAT(due(25), ElementsAre(putOff.token));
}

TEST_F(TimersTest, ThatHaveEndedAreForgotten) {
  operations_.take(timer(10));
  EXPECT_THAT(due(10), IsEmpty());
  EXPECT_EQ(timers_.next(), std::nullopt);
}

TEST_F(TimersTest, ReachNoFurtherThanTheClock) {
  EXPECT_EQ(Timers::due_after(UINT64_MAX),
            static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
}

// Of sessions: the adapter sets one when its request comes.
class SessionTimers : public HttpTestHost {
 protected:
  SessionTimers() {
    behaviour_.on_open = [this](const Call &call, const slipring_http_request &) {
      const slipring_tag tag{to_bytes(std::string_view("beat")), 5, 0};
      return timers(call).after(call.host, call.session, 10'000'000'000, &tag, &token_);
    };
    behaviour_.on_complete = [this](const Call &, const slipring_completion &completion) {
      EXPECT_EQ(completion.operation, SLIPRING_DONE_TIMER);
      EXPECT_EQ(completion.result, nullptr);
      fired_.emplace_back(to_text(completion.tag.bytes));
      return slipring_status{SLIPRING_OK};
    };
  }
  static const slipring_timer_host &timers(const Call &call) {
    return call.table<slipring_timer_host>(SLIPRING_TIMER);
  }
  void pass(int second) {
    now_ = Clock::now() + seconds(second);
    settle();
  }

  std::vector<std::string> fired_;
  slipring_token token_ = 0;
  FakeExchange exchange_;
};

TEST_F(SessionTimers, CompleteOnceWithTheirTag) {
  begin();
  open(exchange_);
  pass(5);
  EXPECT_THAT(fired_, IsEmpty());
  pass(11);
  pass(30);
  EXPECT_THAT(fired_, ElementsAre("beat"));
}

TEST_F(SessionTimers, CanBePutOffBroughtForwardAndCancelled) {
  begin();
  const slipring_session id = open(exchange_);
  const Call call = adapter(id);
  EXPECT_EQ(timers(call).again(call.host, id, token_, 20'000'000'000), SLIPRING_OK);
  pass(15);
  EXPECT_THAT(fired_, IsEmpty());
  EXPECT_EQ(timers(call).again(call.host, id, token_, 3'000'000'000), SLIPRING_OK);
  pass(4);
  EXPECT_THAT(fired_, ElementsAre("beat"));
  EXPECT_EQ(timers(call).again(call.host, id, token_, 1), SLIPRING_NOT_FOUND);
  slipring_token other = 0;
  EXPECT_EQ(timers(call).after(call.host, id, 1, nullptr, &other), SLIPRING_OK);
  const auto &completions = call.table<slipring_completion_host>(SLIPRING_COMPLETION);
  EXPECT_EQ(completions.cancel(call.host, id, other), SLIPRING_OK);
  pass(60);
  EXPECT_EQ(fired_.size(), 1u);
}

TEST_F(SessionTimers, EndWithTheirSession) {
  begin();
  const slipring_session id = open(exchange_);
  sessions_[0]->http().closed(id, SLIPRING_CANCELLED);
  pass(11);
  EXPECT_THAT(fired_, IsEmpty());
}

TEST_F(SessionTimers, FireInTheVersionThatServesThen) {
  begin();
  const slipring_session id = open(exchange_);
  ASSERT_EQ(move_to(1).moved, 1u);
  behaviour_.on_complete = [&](const Call &call, const slipring_completion &) {
    fired_.emplace_back(timers(call).after(call.host, id, 1, nullptr, &token_) == SLIPRING_OK
                            ? "served"
                            : "not served");
    return slipring_status{SLIPRING_OK};
  };
  pass(11);
  EXPECT_THAT(fired_, ElementsAre("served"));
}

}  // namespace
}  // namespace slipring::session
