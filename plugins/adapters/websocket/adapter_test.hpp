// What tests of the adapter share: one client of it, on a fake host.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_events.hpp>
#include <string>

#include "connection.hpp"

namespace slipring::json_v1 {

constexpr slipring_session session_id = 7;

class AdapterTest : public ::testing::Test {
 protected:
  sdk::testing::FakeEventHost host;
  sdk::testing::EventAdapterUnderTest adapter{host, &Adapter::factory};
  void *state = nullptr;

  void SetUp() override { ASSERT_EQ(adapter.open(session_id, &state), SLIPRING_OK); }
  void TearDown() override { adapter.close(session_id, state); }

  // Sends a message; what the client is sent before the call returns, or "".
  std::string say(std::string_view message) {
    host.sent.clear();
    EXPECT_EQ(adapter.receive(session_id, state, message), SLIPRING_OK) << message;
    EXPECT_EQ(adapter.consumed, message.size());
    return heard();
  }

  // What the client was sent last.
  std::string heard() {
    EXPECT_LE(host.sent.size(), 1u);
    const std::string text = host.sent.empty() ? "" : host.sent.back().text;
    host.sent.clear();
    return text;
  }

  std::string error(std::string_view id, std::string_view status, std::string_view message) {
    std::string text = "{\"op\":\"error\"";
    if (!id.empty()) text.append(",\"id\":").append(id);
    text.append(",\"status\":\"").append(status).append("\",\"message\":\"");
    return text.append(message).append("\"}");
  }

  // A subscription that the host has acknowledged.
  void subscribe(std::string_view id, std::string_view filter = "a/#") {
    (void)say("{\"op\":\"subscribe\",\"id\":" + std::string(id) + ",\"filters\":[\"" +
              std::string(filter) + "\"]}");
    ASSERT_EQ(adapter.subscribed(state, host.subscribes.back(), "c"), SLIPRING_OK);
    (void)heard();
  }
};

}  // namespace slipring::json_v1
