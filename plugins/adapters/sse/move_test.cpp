// Streams that move to another instance, before and after they have begun.
#include "testing.hpp"

namespace slipring::sse {
namespace {

using sdk::testing::HttpAdapterUnderTest;
using ::testing::HasSubstr;

class MoveTest : public StreamTest {
 protected:
  MoveTest() : StreamTest(R"({"cors":{"origins":["https://a.example"]}})") {}

  // To an instance with these settings, which then serves it.
  void move(HttpAdapterUnderTest &to) {
    const std::string exported = adapter.export_state(session, state, 1);
    ASSERT_EQ(adapter.exported, SLIPRING_OK);
    void *made = nullptr;
    ASSERT_EQ(to.import_state(session, 1, exported, &made), SLIPRING_OK) << to.reason();
    adapter.release(session, std::exchange(state, nullptr));
    moved = made;
  }
  void *moved = nullptr;
};

TEST_F(MoveTest, BeginsWhereItHasMovedTo) {
  HttpAdapterUnderTest next(host, &Adapter::factory);
  ask({.query = "topic=a&start=retained", .fields = {{"origin", "https://a.example"}}});
  move(next);
  EXPECT_EQ(next.subscribed(moved, host.subscribes.at(0), "CUR"), SLIPRING_OK);
  const FakeResponse &response = host.responses[session];
  EXPECT_EQ(response.field("access-control-allow-origin"), "https://a.example");
  EXPECT_EQ(response.body.find("\nid: "), std::string::npos);
  next.close(session, moved);
}

TEST_F(MoveTest, NamesTheFieldOfTheRequest) {
  HttpAdapterUnderTest next(host, &Adapter::factory);
  ask({.query = "topic=a", .fields = {{"last-event-id", "x"}}});
  move(next);
  EXPECT_EQ(next.subscribe_failed(moved, host.subscribes.at(0), SLIPRING_OUT_OF_RANGE, "future"),
            SLIPRING_OK);
  EXPECT_THAT(host.responses[session].body, HasSubstr(R"("field":"Last-Event-ID")"));
  next.close(session, moved);
}

TEST_F(MoveTest, GoesOnBeatingInTheOtherOnesTime) {
  HttpAdapterUnderTest next(host, &Adapter::factory, R"({"heartbeat":"1s"})");
  get("topic=a");
  take_body();
  move(next);
  EXPECT_EQ(next.timer_due(moved, host.timers.back()), SLIPRING_OK);
  EXPECT_EQ(take_body(), ":\n\n");
  EXPECT_EQ(host.timers.back().after_ns, 1'000'000'000u);
  next.close(session, moved);
}

TEST_F(MoveTest, EndsWhereClientsAreToGo) {
  HttpAdapterUnderTest next(host, &Adapter::factory, R"({"stop":true})");
  get("topic=a");
  move(next);
  EXPECT_EQ(next.timer_due(moved, host.timers.back()), SLIPRING_OK);
  EXPECT_TRUE(host.responses[session].finished);
  next.close(session, moved);
}

TEST_F(MoveTest, StateThatIsNoneIsRefused) {
  HttpAdapterUnderTest next(host, &Adapter::factory);
  get("topic=a");
  const std::string exported = adapter.export_state(session, state, 1);
  void *made = nullptr;
  EXPECT_NE(next.import_state(session, 2, exported, &made), SLIPRING_OK);
  for (size_t size = 0; size < exported.size(); ++size) {
    std::string cut = exported.substr(0, size);
    if (next.import_state(session, 1, cut, &made) == SLIPRING_OK) next.release(session, made);
  }
  EXPECT_THAT(next.reason(), HasSubstr("are no state (SSE1)"));
}

}  // namespace
}  // namespace slipring::sse
