#include "session/shard_sessions.hpp"

#include <array>

#include "session/dismissal.hpp"
#include "session/session_test_host.hpp"

namespace slipring::session {
namespace {

using Texts = std::vector<std::string>;

class ShardSessionsTest : public SessionTestHost {};

TEST_F(ShardSessionsTest, WhatIsSentInARoundIsWrittenAtItsEndInOrder) {
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  receive(id, "a");
  receive(id, "b");
  EXPECT_TRUE(connection.written.empty());
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, (Texts{"a", "b"}));
}

TEST_F(ShardSessionsTest, AWholeMessageAdapterGetsTheCollectedParts) {
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  receive(id, "one ", true);
  receive(id, "two ", true);
  receive(id, "three");
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, Texts{"one two three"});
}

TEST_F(ShardSessionsTest, APartsAdapterIsOfferedTheRestAgain) {
  fake_adapters.input = SLIPRING_INPUT_PARTS;
  fake_adapters.on_message = [](FakeCall call) {
    const auto text = to_text(call.message.bytes);
    const size_t line = text.find(';');
    call.consumed = line == std::string_view::npos ? 0 : line + 1;
    if (call.message.more == 0) call.consumed = text.size();
    return call.consumed == 0 ? SLIPRING_OK : call.send(text.substr(0, call.consumed));
  };
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  receive(id, "ab", true);
  receive(id, "c;de", true);
  receive(id, "f");
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, (Texts{"abc;", "def"}));
}

TEST_F(ShardSessionsTest, AMessageOverTheLimitClosesTheSessionHoweverItComes) {
  limits_.message = 10;
  begin();
  FakeConnection whole;
  FakeConnection parts;
  receive(open(whole), "12345678901");
  const auto id = open(parts);
  receive(id, "123456", true);
  receive(id, "78901", true);
  receive(id, "x");
  sessions_->flush(Clock::now());
  EXPECT_EQ(whole.closed_with, SLIPRING_CLOSE_TOO_BIG);
  EXPECT_EQ(parts.closed_with, SLIPRING_CLOSE_TOO_BIG);
  EXPECT_EQ(counter("messages_too_big_total"), 2u);
}

TEST_F(ShardSessionsTest, ALongQueueStopsReadingAndAShortOneResumes) {
  limits_.queue_messages = 8;
  begin();
  FakeConnection connection{.written = {}, .room = 0};
  const auto id = open(connection);
  for (int i = 0; i < 4; ++i) receive(id, "x");
  EXPECT_TRUE(connection.reading);
  receive(id, "x");
  EXPECT_FALSE(connection.reading);
  sessions_->flush(Clock::now());
  connection.room = SIZE_MAX;
  sessions_->writable(id);
  sessions_->flush(Clock::now());
  EXPECT_TRUE(connection.reading);
  EXPECT_EQ(connection.written.size(), 5u);
}

TEST_F(ShardSessionsTest, AFullQueueIsAnsweredNotGrown) {
  limits_.queue_messages = 2;
  slipring_status last = SLIPRING_OK;
  fake_adapters.on_message = [&](FakeCall call) {
    for (int i = 0; i < 3; ++i) last = call.send("x");
    return SLIPRING_OK;
  };
  begin();
  FakeConnection connection;
  receive(open(connection), "go");
  EXPECT_EQ(last, SLIPRING_RESOURCE_EXHAUSTED);
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written.size(), 2u);
  EXPECT_EQ(counter("queue_full_total"), 1u);
}

TEST_F(ShardSessionsTest, AClientThatTakesNothingIsClosedAfterTheStallLimit) {
  begin();
  FakeConnection connection{.written = {}, .room = 0};
  const auto id = open(connection);
  receive(id, "x");
  sessions_->flush(Clock::now());
  const auto now = Clock::now();
  sessions_->sweep(now + limits_.stall - std::chrono::seconds(1));
  EXPECT_EQ(connection.closed_with, 0);
  // Asking again without taking anything is no progress.
  sessions_->writable(id);
  sessions_->flush(Clock::now());
  sessions_->sweep(now + limits_.stall + std::chrono::seconds(1));
  EXPECT_EQ(connection.closed_with, SLIPRING_CLOSE_POLICY);
  EXPECT_EQ(counter("sessions_stalled_total"), 1u);
}

TEST_F(ShardSessionsTest, AnAdaptersErrorOrExceptionEndsItsSessionAlone) {
  fake_adapters.on_message = [](FakeCall call) -> slipring_status {
    const auto text = to_text(call.message.bytes);
    if (text == "throw") throw std::runtime_error("planted");
    return text == "fail" ? SLIPRING_INTERNAL : call.send(text);
  };
  begin();
  FakeConnection thrown;
  FakeConnection failed;
  FakeConnection bystander;
  receive(open(thrown), "throw");
  receive(open(failed), "fail");
  receive(open(bystander), "fine");
  sessions_->flush(Clock::now());
  EXPECT_EQ(thrown.closed_with, SLIPRING_CLOSE_INTERNAL);
  EXPECT_EQ(failed.closed_with, SLIPRING_CLOSE_INTERNAL);
  EXPECT_EQ(bystander.written, Texts{"fine"});
  EXPECT_EQ(counter("adapter_errors_total"), 2u);
}

TEST_F(ShardSessionsTest, AnAdapterMayReadItsMessageAfterItHasClosed) {
  std::string seen;
  fake_adapters.on_message = [&](FakeCall call) {
    EXPECT_EQ(call.close(1000), SLIPRING_OK);
    EXPECT_EQ(call.send("late"), SLIPRING_FAILED_PRECONDITION);
    seen = to_text(call.message.bytes);
    return SLIPRING_OK;
  };
  begin();
  FakeConnection connection;
  const auto id = open(connection);
  receive(id, "collected over more than ", true);
  receive(id, "a few bytes");
  EXPECT_EQ(seen, "collected over more than a few bytes");
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.closed_with, 1000);
}

TEST_F(ShardSessionsTest, AnEndingTellsItsCause) {
  begin();
  FakeConnection peer;
  FakeConnection lost;
  FakeConnection stopped;
  sessions_->messages().closed(open(peer), 1000);
  sessions_->messages().closed(open(lost), 1006);
  const auto id = open(stopped);
  sessions_->refuse_all("shutting down");
  sessions_->close_some(100, "service restart", [] { return 7u; });
  sessions_->flush(Clock::now());
  EXPECT_EQ(stopped.closed_with, SLIPRING_CLOSE_RESTART);
  sessions_->messages().closed(id, 1012);
  EXPECT_EQ(fake_adapters.endings,
            (std::vector<uint32_t>{SLIPRING_END_PEER, SLIPRING_END_LOST, SLIPRING_END_HOST}));
}

TEST_F(ShardSessionsTest, ADismissalEndsTheSessionsOfOneGenerationAlone) {
  begin();
  std::array<FakeConnection, 3> of_old;
  FakeConnection of_new;
  std::vector<slipring_session> ids;
  for (FakeConnection &connection : of_old) ids.push_back(open(connection));
  current_ = &new_->instance(0);
  open(of_new);
  Dismissal dismissal(*sessions_, old_->id(), Dismissal::Which::endless);
  EXPECT_EQ(dismissal.end_some(2, "replaced", [] { return 7u; }), 2u);
  sessions_->flush(Clock::now());
  EXPECT_EQ(of_old[0].closed_with, SLIPRING_CLOSE_RESTART);
  EXPECT_EQ(of_old[1].closed_with, SLIPRING_CLOSE_RESTART);
  EXPECT_EQ(of_old[2].closed_with, 0);
  EXPECT_EQ(sessions_->table().find(ids[0])->close_reason, "replaced; retry in 7 ms");
  EXPECT_EQ(dismissal.end_some(2, "replaced", [] { return 7u; }), 1u);
  sessions_->flush(Clock::now());
  EXPECT_EQ(of_old[2].closed_with, SLIPRING_CLOSE_RESTART);
  EXPECT_EQ(of_new.closed_with, 0);
  sessions_->messages().closed(ids[0], 1012);
  EXPECT_EQ(fake_adapters.endings, std::vector<uint32_t>{SLIPRING_END_DEADLINE});
}

TEST_F(ShardSessionsTest, ADismissalOfATransportEndsWhatCameThroughIt) {
  begin();
  slipring_host another{};
  sessions_->add_transport(&another, {FakeConnection::calls(), nullptr, nullptr, 9});
  FakeConnection first;
  FakeConnection second;
  open(first);
  open(second, &another);
  EXPECT_EQ(sessions_->traffic_of(9).open, 1u);
  Dismissal dismissal(*sessions_, 9, Dismissal::Which::all);
  EXPECT_EQ(dismissal.end_some(10, "replaced", [] { return 7u; }), 1u);
  sessions_->flush(Clock::now());
  EXPECT_EQ(first.closed_with, 0);
  EXPECT_EQ(second.closed_with, SLIPRING_CLOSE_RESTART);
  sessions_->messages().closed(opened_.back(), 1012);
  EXPECT_EQ(sessions_->traffic_of(9).open, 0u);
  EXPECT_EQ(sessions_->traffic_of(9).opened, 1u);
}

TEST_F(ShardSessionsTest, QueuedMessagesGoOutBeforeTheClose) {
  fake_adapters.on_message = [](FakeCall call) {
    call.send("last words");
    return call.close(1000);
  };
  begin();
  FakeConnection connection{.written = {}, .room = 0};
  const auto id = open(connection);
  receive(id, "bye");
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.closed_with, 0);
  connection.room = 1;
  sessions_->writable(id);
  sessions_->flush(Clock::now());
  EXPECT_EQ(connection.written, Texts{"last words"});
  EXPECT_EQ(connection.closed_with, 1000);
}

}  // namespace
}  // namespace slipring::session
