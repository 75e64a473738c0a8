#include "host/stream_info.hpp"

#include <gtest/gtest.h>
#include <slipring/ext/streams.h>

#include "base/bytes.hpp"

namespace slipring::host {
namespace {

class StreamInfoTest : public ::testing::Test {
 protected:
  StreamInfoTest() {
    stream::Settings settings;
    settings.name = "default";
    settings.filters = {"#"};
    settings.durability = stream::Durability::memory;
    settings.retention = {std::chrono::seconds(5), 6, 7, 8};
    streams_ = std::make_unique<bus::Streams>(
        2, std::vector<std::string>{"now/#"},
        bus::Histories{std::make_shared<stream::History>(settings, 1, 9)});
    add_stream_extension(extensions_);
    set_stream_source(streams_.get());
  }
  ~StreamInfoTest() override { set_stream_source(nullptr); }

  slipring_status ask(std::string_view topic) {
    const auto &table =
        *static_cast<const slipring_streams_host *>(extensions_.find(SLIPRING_STREAMS));
    return table.of_topic(nullptr, to_bytes(topic), &info_);
  }

  std::unique_ptr<bus::Streams> streams_;
  plugin::ExtensionSet extensions_;
  slipring_stream_info info_{sizeof info_, {}, 0, 0, 0, 0, 0, 0, 0, 0, 0};
};

TEST_F(StreamInfoTest, IsThatOfTheTopicsStream) {
  ASSERT_EQ(ask("a/b"), SLIPRING_OK);
  EXPECT_EQ(to_text(info_.name), "default");
  EXPECT_EQ(info_.epoch, 9u);
  EXPECT_EQ(info_.first, 1u);
  EXPECT_EQ(info_.last, 0u);
  EXPECT_EQ(info_.durability, uint32_t{SLIPRING_DURABILITY_MEMORY});
  EXPECT_EQ(info_.retention_ns, 5'000'000'000u);
  EXPECT_EQ(info_.retention_bytes, 6u);
  EXPECT_EQ(info_.retention_events, 7u);
  EXPECT_EQ(info_.retention_per_topic, 8u);
}

TEST_F(StreamInfoTest, ThereIsNoneOfWhatKeepsNothingOrIsNoTopic) {
  EXPECT_EQ(ask("now/a"), SLIPRING_NOT_FOUND);
  EXPECT_EQ(ask("a/+"), SLIPRING_INVALID_ARGUMENT);
  EXPECT_EQ(ask(""), SLIPRING_INVALID_ARGUMENT);
  set_stream_source(nullptr);
  EXPECT_EQ(ask("a"), SLIPRING_UNAVAILABLE);
}

TEST_F(StreamInfoTest, FillsWhatTheCallerKnows) {
  info_.struct_size = offsetof(slipring_stream_info, durability);
  info_.retention_bytes = 77;
  EXPECT_EQ(ask("a"), SLIPRING_OK);
  EXPECT_EQ(info_.epoch, 9u);
  EXPECT_EQ(info_.retention_bytes, 77u);
}

}  // namespace
}  // namespace slipring::host
