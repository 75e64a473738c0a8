// A host with one instance of the adapter, and streams of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/event_builder.hpp>
#include <slipring/cpp/testing/fake_http.hpp>
#include <string>

#include "stream.hpp"

namespace slipring::sse {

class StreamTest : public ::testing::Test {
 protected:
  using FakeRequest = sdk::testing::FakeRequest;
  using FakeResponse = sdk::testing::FakeResponse;
  static constexpr slipring_session session = 7;

  explicit StreamTest(std::string_view settings = "{}")
      : adapter(host, &Adapter::factory, settings) {}

  void TearDown() override { leave(); }
  void leave() {
    if (state != nullptr) adapter.close(session, std::exchange(state, nullptr));
  }

  const FakeResponse &ask(const FakeRequest &request) {
    leave();
    host.responses.clear();
    host.subscribes.clear();
    host.timers.clear();
    EXPECT_EQ(adapter.request(session, request, &state), SLIPRING_OK);
    return host.responses[session];
  }
  // The answer to a query, which is that of a stream once it has begun.
  const FakeResponse &get(std::string_view query, const slipring_origin &origin) {
    ask({.query = query});
    EXPECT_EQ(adapter.subscribed(state, host.subscribes.at(0), origin), SLIPRING_OK);
    return host.responses[session];
  }
  const FakeResponse &get(std::string_view query) {
    return get(query, sdk::testing::from_live("CUR"));
  }
  std::string take_body() { return std::exchange(host.responses[session].body, {}); }

  sdk::testing::FakeHttpHost host;
  sdk::testing::HttpAdapterUnderTest adapter;
  void *state = nullptr;
};

}  // namespace slipring::sse
