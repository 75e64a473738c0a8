// The guide's example of an HTTP adapter, loaded as a host loads it.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_http.hpp>

namespace slipring::sdk::testing {
namespace {

class WallTest : public ::testing::Test {
 protected:
  static const void *factory() {
    static void *object = dlopen(WALL_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    if (object == nullptr) throw std::runtime_error(dlerror());
    const auto *entry = static_cast<const slipring_entry_table *>(dlsym(object, "slipring_entry"));
    return entry->get_factory(SLIPRING_ADAPTER_FACTORY);
  }

  FakeHttpHost host;
  HttpAdapterUnderTest adapter{host, factory()};
  void *state = nullptr;
};

TEST_F(WallTest, PublishesWhatIsPosted) {
  ASSERT_EQ(adapter.request(7, {.method = "POST", .path = "/wall", .length = 5}, &state),
            SLIPRING_OK);
  EXPECT_EQ(adapter.body(7, state, "hel", true), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 0u);
  EXPECT_EQ(adapter.body(7, state, "hello", false), SLIPRING_OK);
  EXPECT_EQ(adapter.consumed, 5u);
  EXPECT_EQ(host.publishes.at(0).event().topic()->str(), "wall");
  EXPECT_EQ(adapter.published(state, host.publishes[0], {}), SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 204u);
  EXPECT_TRUE(host.responses[7].finished);
}

TEST_F(WallTest, StreamsItAsServerSentEvents) {
  ASSERT_EQ(adapter.request(7, {.path = "/wall"}, &state), SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 0u);
  EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0)), SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 200u);
  EXPECT_EQ(host.responses[7].length, SLIPRING_LENGTH_UNKNOWN);
  EXPECT_EQ(host.responses[7].field("content-type"), "text/event-stream");
  ASSERT_EQ(adapter.request(8, {.method = "POST", .path = "/wall", .length = 2}, &state),
            SLIPRING_OK);
  EXPECT_EQ(adapter.body(8, state, "hi", false), SLIPRING_OK);
  EXPECT_EQ(adapter.render(0, host.publishes.at(0).flatbuffer).text, "data: hi\n\n");
}

TEST_F(WallTest, SaysWhatItTakes) {
  ASSERT_EQ(adapter.request(7, {.method = "DELETE", .path = "/wall"}, &state), SLIPRING_OK);
  EXPECT_EQ(host.responses[7].code, 405u);
  EXPECT_EQ(host.responses[7].field("allow"), "GET, POST");
}

}  // namespace
}  // namespace slipring::sdk::testing
