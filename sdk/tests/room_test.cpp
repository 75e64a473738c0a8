// The guide's example, loaded as a host loads it.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_events.hpp>

namespace slipring::sdk::testing {
namespace {

class RoomTest : public ::testing::Test {
 protected:
  static const void *factory() {
    static void *object = dlopen(ROOM_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    if (object == nullptr) throw std::runtime_error(dlerror());
    const auto *entry = static_cast<const slipring_entry_table *>(dlsym(object, "slipring_entry"));
    return entry->get_factory(SLIPRING_ADAPTER_FACTORY);
  }

  FakeEventHost host;
  EventAdapterUnderTest adapter{host, factory()};
  void *state = nullptr;

  void SetUp() override { ASSERT_EQ(adapter.open(7, &state), SLIPRING_OK); }
  void TearDown() override { adapter.close(7, state); }
};

TEST_F(RoomTest, TellsEverybodyInTheRoomWhatOneSays) {
  ASSERT_EQ(host.subscribes.at(0).filters.at(0), "room/test");
  EXPECT_EQ(adapter.subscribed(state, host.subscribes[0]), SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "* welcome to room/test");

  EXPECT_EQ(adapter.receive(7, state, "hello"), SLIPRING_OK);
  EXPECT_EQ(host.publishes.at(0).event().topic()->str(), "room/test");
  EXPECT_EQ(adapter.render(0, host.publishes[0].flatbuffer).text, "hello");
  EXPECT_EQ(adapter.published(state, host.publishes[0], {}), SLIPRING_OK);
  EXPECT_EQ(host.sent.size(), 1u);
}

TEST_F(RoomTest, TakesTheGuestAlongToAnotherVersion) {
  void *moved = nullptr;
  ASSERT_EQ(adapter.import_state(7, 1, adapter.export_state(7, state, 1), &moved), SLIPRING_OK);
  EXPECT_EQ(adapter.receive(7, moved, "still here"), SLIPRING_OK);
  EXPECT_EQ(host.publishes.at(0).event().topic()->str(), "room/test");
  adapter.release(7, moved);
}

TEST_F(RoomTest, TellsAGuestWhatHasGoneWrong) {
  EXPECT_EQ(adapter.receive(7, state, "hello"), SLIPRING_OK);
  EXPECT_EQ(adapter.publish_failed(state, host.publishes.at(0), SLIPRING_UNAVAILABLE, "not now"),
            SLIPRING_OK);
  EXPECT_EQ(host.sent.back().text, "* not now");
  EXPECT_EQ(adapter.subscribe_failed(state, host.subscribes.at(0), SLIPRING_UNAVAILABLE, "full"),
            SLIPRING_OK);
  EXPECT_EQ(host.closed.back(), (Closed{7, SLIPRING_CLOSE_TRY_AGAIN, "full"}));
}

}  // namespace
}  // namespace slipring::sdk::testing
