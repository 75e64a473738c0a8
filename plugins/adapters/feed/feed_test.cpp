#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <slipring/ext/dial.h>

#include <slipring/cpp/testing/fake_events.hpp>

#include "connection.hpp"

namespace slipring::feed {
namespace {

constexpr slipring_session session_id = 7;
constexpr const char *settings = R"({"links":{
  "plain":{"topic":"p","type":"t","send":"hello","resume":"from {bookmark}","bookmark":"seq"},
  "other":{"topic":"o","slipring":{"filters":["a/#"],"start":"earliest"}}}})";

// A host with one link; a session is of it when it has a name.
class FakeLinks : public sdk::testing::FakeEventHost {
 public:
  FakeLinks() { extensions[SLIPRING_DIAL] = &table_; }
  std::string name;
  std::string bookmark;

 private:
  static FakeLinks &of(const slipring_host *raw) {
    return static_cast<FakeLinks &>(FakeHost::of(raw));
  }
  slipring_dial_host table_{
      sizeof table_,
      [](const slipring_host *raw, slipring_session, slipring_link *link) -> slipring_status {
        FakeLinks &self = of(raw);
        if (self.name.empty()) return SLIPRING_NOT_FOUND;
        link->name = sdk::testing::bytes(self.name);
        link->bookmark = sdk::testing::bytes(self.bookmark);
        return SLIPRING_OK;
      },
      [](const slipring_host *raw, slipring_session, slipring_bytes bytes) -> slipring_status {
        of(raw).bookmark = sdk::testing::text(bytes);
        return SLIPRING_OK;
      }};
};

class Feed : public testing::Test {
 protected:
  void open(const std::string &name) {
    host_.name = name;
    ASSERT_EQ(adapter_.open(session_id, &state_), SLIPRING_OK);
    open_ = true;
  }
  void TearDown() override {
    if (open_) adapter_.close(session_id, state_);
  }
  slipring_status receive(std::string_view text) {
    return adapter_.receive(session_id, state_, text);
  }
  const schema::Event &event(size_t index) { return host_.publishes.at(index).event(); }
  std::string payload(size_t index) {
    const auto *bytes = event(index).payload();
    return {reinterpret_cast<const char *>(bytes->data()), bytes->size()};
  }

  FakeLinks host_;
  sdk::testing::EventAdapterUnderTest adapter_{host_, &Adapter::factory, settings};
  void *state_ = nullptr;
  bool open_ = false;
};

TEST_F(Feed, RefusesClients) {
  EXPECT_EQ(adapter_.open(session_id, &state_), SLIPRING_PERMISSION_DENIED);
}

TEST_F(Feed, RefusesALinkThatItsSettingsDoNotName) {
  host_.name = "unknown";
  EXPECT_EQ(adapter_.open(session_id, &state_), SLIPRING_NOT_FOUND);
}

TEST_F(Feed, PublishesWhatComesAsItIs) {
  open("plain");
  EXPECT_EQ(host_.sent.at(0).text, "hello");
  ASSERT_EQ(receive(R"({"seq":17,"price":1.0})"), SLIPRING_OK);
  ASSERT_EQ(receive("no JSON"), SLIPRING_OK);
  EXPECT_EQ(event(0).topic()->str(), "p");
  EXPECT_EQ(event(0).type()->str(), "t");
  EXPECT_EQ(event(0).source()->str(), "link/plain");
  EXPECT_EQ(event(0).content_type()->str(), "application/json");
  EXPECT_EQ(event(0).delivery()->deduplication_id()->str(), "17");
  EXPECT_EQ(payload(0), R"({"seq":17,"price":1.0})");
  EXPECT_EQ(event(1).content_type()->str(), "text/plain; charset=utf-8");
  EXPECT_EQ(event(1).delivery(), nullptr);
}

TEST_F(Feed, LeavesABookmarkWhenTheEventIsSafe) {
  open("plain");
  ASSERT_EQ(receive(R"({"seq":17})"), SLIPRING_OK);
  EXPECT_EQ(host_.bookmark, "");
  ASSERT_EQ(adapter_.published(state_, host_.publishes.at(0), {.sequence = 1}), SLIPRING_OK);
  EXPECT_EQ(host_.bookmark, "17");
}

TEST_F(Feed, ResumesAtItsBookmark) {
  host_.bookmark = "17";
  open("plain");
  EXPECT_EQ(host_.sent.at(0).text, "from 17");
}

TEST_F(Feed, WaitsWhenTheBusIsFull) {
  open("plain");
  host_.publish_answer = SLIPRING_PENDING;
  EXPECT_EQ(receive(R"({"seq":17})"), SLIPRING_PENDING);
  host_.publish_answer = SLIPRING_OK;
  EXPECT_EQ(receive(R"({"seq":17})"), SLIPRING_OK);
  EXPECT_EQ(host_.publishes.size(), 1u);
}

TEST_F(Feed, EndsTheLinkWhenAnEventCouldNotBeWritten) {
  open("plain");
  ASSERT_EQ(receive(R"({"seq":17})"), SLIPRING_OK);
  EXPECT_EQ(adapter_.publish_failed(state_, host_.publishes.at(0), SLIPRING_UNAVAILABLE, "no disk"),
            SLIPRING_UNAVAILABLE);
  EXPECT_EQ(host_.bookmark, "");
}

TEST_F(Feed, SubscribesAtASlipring) {
  open("other");
  EXPECT_EQ(host_.sent.at(0).text,
            R"({"op":"subscribe","id":1,"cursors":true,"filters":["a/#"],"start":"earliest"})");
  ASSERT_EQ(receive(R"({"op":"subscribed","id":1,"from":"live","cursor":"c0"})"), SLIPRING_OK);
  EXPECT_EQ(host_.bookmark, "c0");
  ASSERT_EQ(receive(R"({"op":"event","topic":"a/b","position":"s@1:5","cursor":"c5","type":"x",)"
                    R"("data":{"n":1.0}})"),
            SLIPRING_OK);
  EXPECT_EQ(event(0).topic()->str(), "o");
  EXPECT_EQ(event(0).type()->str(), "x");
  EXPECT_EQ(event(0).delivery()->deduplication_id()->str(), "s@1:5");
  EXPECT_EQ(payload(0), R"({"n":1.0})");
  ASSERT_EQ(adapter_.published(state_, host_.publishes.at(0), {.sequence = 1}), SLIPRING_OK);
  EXPECT_EQ(host_.bookmark, "c5");
}

TEST_F(Feed, ResumesAtASlipringWithItsCursor) {
  host_.bookmark = "c5";
  open("other");
  EXPECT_EQ(
      host_.sent.at(0).text,
      R"({"op":"subscribe","id":1,"cursors":true,"filters":["a/#"],"start":{"after":["c5"]}})");
}

TEST_F(Feed, GivesUpABookmarkThatIsNotTaken) {
  host_.bookmark = "c5";
  open("other");
  ASSERT_EQ(receive(R"({"op":"error","id":1,"status":"OUT_OF_RANGE","message":"of the future"})"),
            SLIPRING_OK);
  EXPECT_EQ(host_.bookmark, "");
  EXPECT_EQ(host_.closed.size(), 1u);
}

}  // namespace
}  // namespace slipring::feed
