// Who writes when the connection is what is full.
#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

const Fields get = request_fields("GET");

std::string priority_update(std::uint32_t id, const std::string &value) {
  return frame(NGHTTP2_PRIORITY_UPDATE, 0, 0, big_endian(id, 4) + value);
}

class TurnsTest : public Http2Test {
 protected:
  TurnsTest() { connect(); }

  // Sessions 1 to n, with these priorities, each with more to send than its window; the link is
  // full.
  void begin(const std::vector<std::string> &priorities) {
    std::uint32_t id = 1;
    for (const std::string &each : priorities) {
      receive(headers(id, with(get, {{"priority", each}})));
      id += 2;
    }
    receive(window_update(0, 1 << 24));
    for (slipring_session each = 1; each <= priorities.size(); ++each) respond(each);
    link.is_full = true;
    for (slipring_session each = 1; each <= priorities.size(); ++each) {
      EXPECT_EQ(write(each, body), 0u);
    }
  }
  // The link has room for some bytes; who was told writes, as the host does at the end of a round,
  // and those who are told because of that, and so on.
  void make_room(std::size_t bytes) {
    link.out.clear();
    link.room = bytes;
    link.is_full = false;
    http2->writable();
    for (std::size_t done = 0; done < front.turns.size(); ++done) {
      write(front.turns[done], body);
      round();
    }
  }

  const std::string body = std::string(200'000, 'x');
};

TEST_F(TurnsTest, TheMostUrgentIsFirst) {
  begin({"u=5", "u=1", "", "u=0"});
  link.is_full = false;
  http2->writable();
  EXPECT_EQ(front.turns, (std::vector<slipring_session>{4, 2}));
}

TEST_F(TurnsTest, AmongEqualsEachHasItsTurn) {
  begin({"i", "i", "i"});
  for (int i = 0; i < 3; ++i) make_room(10'000);
  std::map<slipring_session, int> turns;
  for (std::size_t i = 0; i < 6; ++i) ++turns[front.turns.at(i)];
  EXPECT_EQ(turns, (std::map<slipring_session, int>{{1, 2}, {2, 2}, {3, 2}}));
}

TEST_F(TurnsTest, AllThatHaveRoomAreServedInOneGo) {
  begin({"", "u=1", ""});
  make_room(0);
  for (const std::int32_t id : {1, 3, 5}) EXPECT_EQ(body_sent(id).size(), 65'535u) << id;
}

TEST_F(TurnsTest, WhoHasNoWindowIsPassedOver) {
  begin({"u=0", "u=5"});
  link.is_full = false;
  link.room = 0;
  http2->writable();
  EXPECT_EQ(write(1, body), 65'535u);
  EXPECT_EQ(write(2, "hello"), 5u);
  EXPECT_EQ(body_sent(3), "hello");
}

TEST_F(TurnsTest, WhoComesLaterDoesNotOvertake) {
  begin({"u=3", "u=3"});
  receive(headers(5, with(get, {{"priority", "u=3"}})) +
          headers(7, with(get, {{"priority", "u=1"}})));
  respond(3);
  respond(4);
  link.is_full = false;
  // Nobody was told yet that there is room.
  EXPECT_EQ(write(3, "late"), 0u);
  EXPECT_EQ(write(4, "urgent"), 6u);
  round();
  EXPECT_EQ(front.turns.at(0), 1u);
}

TEST_F(TurnsTest, APriorityCanBeChanged) {
  begin({"u=3", "u=3"});
  receive(priority_update(3, "u=0"));
  link.is_full = false;
  http2->writable();
  EXPECT_EQ(front.turns.at(0), 2u);
}

TEST_F(TurnsTest, APriorityMayComeBeforeItsRequest) {
  receive(priority_update(3, "u=0"));
  begin({"u=1", "u=7"});
  link.is_full = false;
  http2->writable();
  EXPECT_EQ(front.turns.at(0), 2u);
}

TEST_F(TurnsTest, WhoIsClosedGivesItsTurnAway) {
  begin({"u=0", "u=5"});
  link.is_full = false;
  receive(reset(1));
  EXPECT_EQ(front.turns, std::vector<slipring_session>{2});
}

TEST_F(TurnsTest, TheConnectionsWindowIsSharedInTurns) {
  receive(headers(1, with(get, {{"priority", "i"}})) + headers(3, with(get, {{"priority", "i"}})));
  respond(1);
  respond(2);
  EXPECT_EQ(write(1, body), 65'535u);
  EXPECT_EQ(write(2, body), 0u);
  receive(window_update(1, 1 << 20));
  EXPECT_TRUE(front.turns.empty());
  for (int i = 0; i < 4; ++i) {
    receive(window_update(0, 8'192));
    write(front.turns.back(), body);
    round();
  }
  EXPECT_EQ(front.turns, (std::vector<slipring_session>{1, 2, 1, 2}));
}

}  // namespace
}  // namespace slipring::web::testing
