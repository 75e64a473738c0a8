// Requests that wait for events, when the host stops or who serves them has to go.
#include <gmock/gmock.h>

#include "session/dismissal.hpp"
#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class HttpWaits : public HttpTestHost {
 protected:
  HttpWaits() {
    behaviour_.on_open = [](const Call &call, const slipring_http_request &) {
      return call.read("a", std::chrono::hours(1));
    };
    behaviour_.on_complete = [](const Call &call, const slipring_completion &completion) {
      EXPECT_EQ(completion.status, SLIPRING_OK);
      const auto &batch = *static_cast<const slipring_batch *>(completion.result);
      EXPECT_EQ(batch.count, 0u);
      EXPECT_NE(batch.cursor.size, 0u);
      call.respond(200, 0);
      return call.finish();
    };
    behaviour_.on_farewell = [this](const Call &call, const slipring_ending &) {
      farewells_.push_back(call.session);
    };
  }

  void begin_to_wait() {
    begin();
    id_ = open(exchange_);
    settle();
    EXPECT_THAT(exchange_.heard, IsEmpty());
  }
  size_t stop() {
    sessions_[0]->refuse_all("stopping");
    return sessions_[0]->close_some(10, "service restart", [] { return 7u; });
  }

  FakeExchange exchange_;
  slipring_session id_ = 0;
  std::vector<slipring_session> farewells_;
};

TEST_F(HttpWaits, EndAtOnceWithWhatThereIsWhenTheHostStops) {
  begin_to_wait();
  EXPECT_EQ(stop(), 1u);
  EXPECT_THAT(farewells_, ElementsAre(id_));
  settle();
  EXPECT_THAT(exchange_.heard, ElementsAre("head 200 0", "finish"));
}

TEST_F(HttpWaits, EndAtOnceWhenTheirAdapterHasToGo) {
  begin_to_wait();
  Dismissal endless(*sessions_[0], 1, Dismissal::Which::endless);
  EXPECT_EQ(endless.end_some(10, "replaced", [] { return 7u; }), 1u);
  settle();
  EXPECT_THAT(exchange_.heard, ElementsAre("head 200 0", "finish"));
}

TEST_F(HttpWaits, WhoseEndIsNotAnsweredAreOrdinaryRequestsFromThenOn) {
  behaviour_.on_complete = [](const Call &, const slipring_completion &) { return SLIPRING_OK; };
  begin_to_wait();
  EXPECT_EQ(stop(), 1u);
  settle();
  sessions_[0]->sweep(now_);
  settle();
  EXPECT_THAT(exchange_.heard, IsEmpty());
  Dismissal all(*sessions_[0], 1, Dismissal::Which::all);
  EXPECT_EQ(all.end_some(10, "replaced", [] { return 7u; }), 1u);
  settle();
  ASSERT_THAT(exchange_.heard, SizeIs(3));
  EXPECT_THAT(exchange_.heard.front(), StartsWith("head 503 "));
  EXPECT_THAT(farewells_, ElementsAre(id_)) << "it is said once";
}

TEST_F(HttpWaits, ThatBeginWhileTheHostStopsEndToo) {
  behaviour_.on_open = [](const Call &, const slipring_http_request &) { return SLIPRING_OK; };
  begin_to_wait();
  EXPECT_EQ(stop(), 0u);
  adapter(id_).read("a", std::chrono::hours(1));
  settle();
  EXPECT_THAT(exchange_.heard, IsEmpty());
  sessions_[0]->sweep(now_);
  settle();
  EXPECT_THAT(exchange_.heard, ElementsAre("head 200 0", "finish"));
}

}  // namespace
}  // namespace slipring::session
