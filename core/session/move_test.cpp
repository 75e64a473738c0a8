#include "session/move.hpp"

#include <future>

#include "session/session_test_host.hpp"

namespace slipring::session {
namespace {

using Texts = std::vector<std::string>;
constexpr auto whole_walk = std::chrono::hours(1);

class MoveTest : public SessionTestHost {
 protected:
  // Counts into the session's state, so that a lost or doubled move shows in the answer.
  MoveTest() {
    fake_adapters.on_message = [](FakeCall call) {
      call.state += to_text(call.message.bytes);
      return call.send(call.state);
    };
  }

  MoveReport move_to(plugin::Generation &target, std::chrono::nanoseconds slice = whole_walk) {
    current_ = &target.instance(0);
    std::optional<MoveReport> report;
    Move::start(shard_, *sessions_, target.instance(0), slice,
                [&](MoveReport made) { report = std::move(made); });
    EXPECT_TRUE(report) << "one slice is enough here";
    return report.value_or(MoveReport{});
  }

  shard::Shard shard_{0, 1};  // not started: everything happens on this thread
};

TEST_F(MoveTest, StateInputAndQueueGoWithTheSession) {
  begin();
  FakeConnection connection{.written = {}, .room = 0};
  const auto id = open(connection);
  receive(id, "a");
  receive(id, "b", true);
  sessions_->flush(Clock::now());
  const MoveReport report = move_to(*new_);
  EXPECT_EQ(report.moved, 1u);
  EXPECT_EQ(report.with_input, 1u);
  EXPECT_EQ(report.with_output, 1u);
  EXPECT_EQ(fake_adapters.released, 1u);
  EXPECT_EQ(old_->sessions(), 0u);
  EXPECT_EQ(new_->sessions(), 1u);
  receive(id, "c");
  connection.room = SIZE_MAX;
  sessions_->writable(id);
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, (Texts{"a", "abc"}));
}

TEST_F(MoveTest, ASessionThatCannotBeImportedGoesOnWithTheOldVersion) {
  begin();
  FakeConnection refused;
  FakeConnection moved;
  const auto first = open(refused);
  const auto second = open(moved);
  receive(first, "stay");
  receive(second, "go");
  fake_adapters.on_import = [](const std::string &exported) {
    return exported == "stay" ? SLIPRING_DATA_LOSS : SLIPRING_OK;
  };
  const MoveReport report = move_to(*new_);
  EXPECT_EQ(report.sessions, 2u);
  EXPECT_EQ(report.moved, 1u);
  EXPECT_EQ(report.stayed, 1u);
  EXPECT_EQ(report.reasons, Texts{"import_state answered DATA_LOSS: not this one"});
  receive(first, "+");
  receive(second, "+");
  sessions_->flush(Clock::now());
  EXPECT_EQ(refused.written.back(), "stay+");
  EXPECT_EQ(moved.written.back(), "go+");
  EXPECT_EQ(old_->sessions(), 1u);
}

TEST_F(MoveTest, AnImportThatThrowsIsAnImportThatFailed) {
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  fake_adapters.on_import = [](const std::string &) -> slipring_status {
    throw std::runtime_error("planted");
  };
  EXPECT_EQ(move_to(*new_).stayed, 1u);
  receive(id, "x");
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, Texts{"x"});
}

TEST_F(MoveTest, AWalkBackCarriesStateBack) {
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  receive(id, "a");
  move_to(*new_);
  receive(id, "b");
  move_to(*old_);
  receive(id, "c");
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, (Texts{"a", "ab", "abc"}));
  EXPECT_EQ(new_->sessions(), 0u);
}

TEST_F(MoveTest, ALateCallOfTheOldVersionIsHarmless) {
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  const slipring_host *const old_host = old_->instance(0).host.abi();
  move_to(*new_);
  EXPECT_EQ(sessions_->messages().send(old_host, id, SLIPRING_MESSAGE_TEXT, to_bytes("late")),
            SLIPRING_NOT_FOUND);
  EXPECT_EQ(sessions_->messages().close(old_host, id, 1000, {}), SLIPRING_NOT_FOUND);
}

TEST_F(MoveTest, SlicesLetTrafficPassAndVisitEverySessionOnce) {
  begin();
  std::deque<FakeConnection> connections(200);
  std::vector<slipring_session> ids;
  for (FakeConnection &connection : connections) ids.push_back(open(connection));
  current_ = &new_->instance(0);
  std::promise<MoveReport> done;
  // On a running shard now; a slice of no time at all moves one session.
  shard_.post([&] {
    sessions_->bind_to_thread();
    Move::start(shard_, *sessions_, new_->instance(0), std::chrono::nanoseconds(1),
                [&](MoveReport report) { done.set_value(std::move(report)); });
    for (const slipring_session id : ids) shard_.post([this, id] { receive(id, "x"); });
  });
  shard_.start();
  const MoveReport report = done.get_future().get();
  shard_.stop();
  shard_.join();
  sessions_->bind_to_thread();
  EXPECT_EQ(report.moved, 200u);
  EXPECT_GT(report.slices.size(), 1u);
  EXPECT_GT(report.messages_during, 0u);
  EXPECT_EQ(fake_adapters.released, 200u);
}

}  // namespace
}  // namespace slipring::session
