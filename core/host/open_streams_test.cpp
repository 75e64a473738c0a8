#include "host/open_streams.hpp"

#include <gtest/gtest.h>

#include <set>

#include "stream/testing.hpp"

namespace slipring::host {
namespace {

using stream::Durability;
using stream::testing::settings_of;

class OpenStreamsTest : public testing::Test {
 protected:
  Result<OpenStreams> try_open(const std::vector<stream::Settings> &streams) const {
    return open_streams(streams, directory_.path(), false);
  }
  OpenStreams open(const std::vector<stream::Settings> &streams) const {
    auto opened = try_open(streams);
    EXPECT_TRUE(opened) << opened.status().message();
    return opened ? std::move(*opened) : OpenStreams{};
  }
  static void append(OpenStreams &opened, std::string_view name, int count) {
    const stream::StreamState state = opened.log->find(name).value();
    std::vector<event::EventRef> events;
    for (int i = 1; i <= count; ++i) {
      events.push_back(event::testing::make({.topic = "a"}));
      events.back()->sequence(schema::RecordHeader(state.number, 0, state.epochs.back().id,
                                                   state.last + static_cast<uint64_t>(i), 1));
    }
    const stream::Group group{state.number, events, {}};
    EXPECT_TRUE(opened.log->append({&group, 1}, true).is_ok());
  }

  stream::testing::TemporaryDirectory directory_;
};

TEST_F(OpenStreamsTest, StreamsInMemoryNeedNoLog) {
  const OpenStreams opened = open({settings_of("default", Durability::memory)});
  EXPECT_EQ(opened.log, nullptr);
  EXPECT_FALSE(opened.histories.at(0)->durable());
  EXPECT_FALSE(std::filesystem::exists(log_directory(directory_.path())));
}

TEST_F(OpenStreamsTest, TheLogIsMadeWhenAStreamNeedsOne) {
  const OpenStreams opened = open({settings_of("a"), settings_of("default", Durability::memory)});
  EXPECT_TRUE(std::filesystem::exists(log_directory(directory_.path())));
  ASSERT_EQ(opened.histories.size(), 2u);
  EXPECT_EQ(opened.histories[0]->name(), "a");
  EXPECT_TRUE(opened.histories[0]->durable());
  EXPECT_EQ(opened.histories[1]->name(), "default");
  EXPECT_FALSE(opened.histories[1]->durable());
}

TEST_F(OpenStreamsTest, WhatTheLogHasIsThereAtTheNextStart) {
  {
    OpenStreams opened = open({settings_of("default")});
    append(opened, "default", 3);
  }
  const OpenStreams opened = open({settings_of("default")});
  EXPECT_EQ(opened.histories[0]->last(), 3u);
  EXPECT_EQ(opened.histories[0]->events(), 3u);
}

TEST_F(OpenStreamsTest, EachStartOfAStreamInMemoryIsAnotherEpoch) {
  const std::vector<stream::Settings> streams = {settings_of("default", Durability::memory)};
  EXPECT_NE(open(streams).histories[0]->epoch(), open(streams).histories[0]->epoch());
}

TEST_F(OpenStreamsTest, NoTwoHaveTheSameNumber) {
  { open({settings_of("a"), settings_of("b")}); }
  // `b` is in the log still, and not configured.
  const OpenStreams opened =
      open({settings_of("m", Durability::memory), settings_of("a"),
            settings_of("n", Durability::memory), settings_of("default", Durability::memory)});
  std::set<uint32_t> numbers = {opened.log->find("b").value().number};
  for (const auto &history : opened.histories) {
    EXPECT_NE(history->number(), 0u);
    EXPECT_TRUE(numbers.insert(history->number()).second) << history->name();
  }
}

// ── what changes between two starts ────────────────────────────────────────────────────────────

TEST_F(OpenStreamsTest, EventsInTheLogAreNotGivenUpForMemory) {
  {
    OpenStreams opened = open({settings_of("default")});
    append(opened, "default", 3);
  }
  const auto refused = try_open({settings_of("default", Durability::memory)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.status().code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(refused.status().message(),
            "stream default: the log has 3 events of it, and durability memory would give them up; "
            "keep durability log or fsync, or remove them first: slipring streams purge default "
            "--offline");
  EXPECT_EQ(open({settings_of("default")}).histories[0]->events(), 3u);
}

TEST_F(OpenStreamsTest, OneWithoutEventsMayGoToMemoryAndBack) {
  { open({settings_of("default")}); }
  { EXPECT_FALSE(open({settings_of("default", Durability::memory)}).histories[0]->durable()); }
  EXPECT_TRUE(open({settings_of("default")}).histories[0]->durable());
}

TEST_F(OpenStreamsTest, LogAndFsyncChangeFreelyAndNothingIsLost) {
  {
    OpenStreams opened = open({settings_of("default", Durability::fsync)});
    append(opened, "default", 3);
  }
  uint64_t epoch = 0;
  {
    OpenStreams opened = open({settings_of("default", Durability::log)});
    epoch = opened.histories[0]->epoch();
    append(opened, "default", 2);
  }
  const OpenStreams opened = open({settings_of("default", Durability::fsync)});
  EXPECT_EQ(opened.histories[0]->events(), 5u);
  EXPECT_EQ(opened.histories[0]->epoch(), epoch);
}

TEST_F(OpenStreamsTest, AShorterRetentionRemovesNothingByOpening) {
  {
    OpenStreams opened = open({settings_of("default")});
    append(opened, "default", 50);
  }
  stream::Settings shorter = settings_of("default");
  shorter.retention.events = 5;
  { EXPECT_EQ(open({shorter}).histories[0]->events(), 50u); }
  EXPECT_EQ(open({settings_of("default")}).histories[0]->events(), 50u);
}

TEST_F(OpenStreamsTest, WhatIsNotConfiguredAnyMoreStaysAndComesBack) {
  {
    OpenStreams opened = open({settings_of("a"), settings_of("default")});
    append(opened, "a", 3);
  }
  {
    const OpenStreams opened = open({settings_of("default")});
    EXPECT_EQ(opened.histories.size(), 1u);
    EXPECT_EQ(opened.log->find("a").value().events, 3u);
  }
  EXPECT_EQ(open({settings_of("a"), settings_of("default")}).histories[0]->events(), 3u);
}

TEST_F(OpenStreamsTest, ALogThatIsThereIsOpenedThoughNoStreamNeedsIt) {
  {
    OpenStreams opened = open({settings_of("a"), settings_of("default", Durability::memory)});
    append(opened, "a", 3);
  }
  const OpenStreams opened = open({settings_of("default", Durability::memory)});
  ASSERT_NE(opened.log, nullptr);
  EXPECT_EQ(opened.log->find("a").value().events, 3u);
}

TEST_F(OpenStreamsTest, ALogThatIsOpenElsewhereIsRefused) {
  const OpenStreams opened = open({settings_of("default")});
  const auto refused = try_open({settings_of("default")});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.status().message().find(log_directory(directory_.path()).string()),
            std::string::npos)
      << refused.status().message();
}

}  // namespace
}  // namespace slipring::host
