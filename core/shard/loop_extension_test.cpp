#include "shard/loop_extension.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <string_view>

namespace slipring::shard {
namespace {

class LoopExtensionTest : public testing::Test {
 protected:
  LoopExtensionTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair_), 0);
    shard_.start();
  }
  ~LoopExtensionTest() override {
    shard_.stop();
    shard_.join();
    close(pair_[0]);
    close(pair_[1]);
  }

  template <class Call>
  void on_shard(Call call) {
    std::promise<void> done;
    shard_.post([&] {
      call();
      done.set_value();
    });
    done.get_future().get();
  }

  int pair_[2];
  Shard shard_{0, 1};
  LoopExtension extension_{shard_, 1};
  const slipring_loop *loop_ = extension_.abi();
};

struct Handles {
  const slipring_loop *loop = nullptr;
  slipring_watch *watch = nullptr;
  slipring_timer *timer = nullptr;
  int calls = 0;
  std::promise<void> called{};
};

TEST_F(LoopExtensionTest, AWatchMayEndInsideItsOwnCallback) {
  Handles handles{.loop = loop_};
  on_shard([&] {
    handles.watch = loop_->watch(
        loop_, pair_[0],
        [](void *user, uint32_t) {
          auto &mine = *static_cast<Handles *>(user);
          mine.loop->watch_end(mine.watch);
          mine.called.set_value();
        },
        &handles);
    loop_->watch_wait(handles.watch, SLIPRING_READABLE);
  });
  ASSERT_EQ(write(pair_[1], "x", 1), 1);
  handles.called.get_future().get();
  on_shard([] {});
  EXPECT_EQ(write(pair_[0], "y", 1), 1) << "the descriptor stays the caller's";
}

TEST_F(LoopExtensionTest, AnEndedWatchSaysNothing) {
  Handles handles{.loop = loop_};
  on_shard([&] {
    handles.watch = loop_->watch(
        loop_, pair_[0], [](void *user, uint32_t) { ++static_cast<Handles *>(user)->calls; },
        &handles);
    loop_->watch_wait(handles.watch, SLIPRING_READABLE);
    loop_->watch_end(handles.watch);
  });
  ASSERT_EQ(write(pair_[1], "x", 1), 1);
  on_shard([] {});
  on_shard([&] { EXPECT_EQ(handles.calls, 0); });
}

TEST_F(LoopExtensionTest, ATimerSetAgainIsDueOnce) {
  Handles handles{.loop = loop_};
  on_shard([&] {
    handles.timer = loop_->timer(
        loop_,
        [](void *user) {
          auto &mine = *static_cast<Handles *>(user);
          ++mine.calls;
          mine.loop->timer_end(mine.timer);
          mine.called.set_value();
        },
        &handles);
    loop_->timer_set(handles.timer, 0);
    loop_->timer_set(handles.timer, 1000);
  });
  handles.called.get_future().get();
  on_shard([] {});
  on_shard([&] { EXPECT_EQ(handles.calls, 1); });
}

TEST_F(LoopExtensionTest, WhatCannotBeWatchedIsSaidAtOnce) {
  on_shard([&] {
    EXPECT_EQ(loop_->watch(
                  loop_, -1, [](void *, uint32_t) {}, nullptr),
              nullptr);
  });
}

TEST_F(LoopExtensionTest, ACallbackRunsInTheNameOfItsPlugin) {
  struct Seen {
    const Shard &shard;
    std::promise<Running::Sample> sample{};
  };
  Seen seen{.shard = shard_};
  const auto look = [](void *user) {
    auto &mine = *static_cast<Seen *>(user);
    mine.sample.set_value(mine.shard.running().sample());
  };
  on_shard([&] { loop_->post(loop_, look, &seen); });
  const Running::Sample sample = seen.sample.get_future().get();
  EXPECT_EQ(sample.generation, 1u);
  EXPECT_EQ(std::string_view(sample.function), "post");
}

}  // namespace
}  // namespace slipring::shard
