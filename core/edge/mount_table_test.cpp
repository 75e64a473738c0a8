#include "edge/mount_table.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "observe/burst.hpp"
#include "observe/counters.hpp"

namespace slipring::edge {
namespace {

class MountTableTest : public testing::Test {
 protected:
  MountTableTest() {
    const std::vector<std::string> messages = {SLIPRING_PROFILE_MESSAGE};
    const std::vector<std::string> http = {SLIPRING_PROFILE_HTTP};
    const auto path = [](const char *text) { return std::make_shared<const std::string>(text); };
    table_.set_mounts(0,
                      MountTable::by_fit({{path("/echo"), "echo", {}, {}, messages},
                                          {path("/ws"), "websocket", {"v2", "v1"}, {0}, messages},
                                          {path("/topics/*"), "rest", {}, {}, http},
                                          {path("/topics/deep/*"), "deep", {}, {}, http},
                                          {path("/topics/own"), "own", {}, {}, http},
                                          {path("/both"), "spoken", {}, {}, messages},
                                          {path("/both"), "asked", {}, {}, http},
                                          {path("/"), "page", {}, {}, http},
                                          {path("/gone"), "gone", {}, {}, {}}}));
    for (const char *plugin : {"rest", "deep", "own", "spoken", "asked", "page"}) {
      table_.set_current(0, plugin, instance_of(plugin));
    }
  }

  // Never followed.
  static plugin::Instance *instance_of(std::string_view plugin) {
    static std::map<std::string, char, std::less<>> places;
    return reinterpret_cast<plugin::Instance *>(
        &places.try_emplace(std::string(plugin)).first->second);
  }

  Result<session::Choice> ask(std::string_view path, uint32_t endpoint = 0,
                              std::string_view origin = {}) {
    const slipring_field field = {to_bytes(std::string_view("origin")), to_bytes(origin)};
    slipring_http_request request{};
    request.struct_size = sizeof(request);
    request.path = to_bytes(path);
    request.authority = to_bytes(std::string_view("example.org"));
    request.fields = &field;
    request.field_count = origin.empty() ? 0 : 1;
    return table_.choose_http(0, endpoint, request);
  }

  Result<session::Choice> choose(std::string_view path, std::string_view offered = {},
                                 uint32_t endpoint = 0, std::string_view origin = {}) {
    slipring_message_handshake handshake{};
    handshake.struct_size = sizeof(handshake);
    handshake.path = to_bytes(path);
    handshake.subprotocols = to_bytes(offered);
    handshake.origin = to_bytes(origin);
    handshake.authority = to_bytes("example.org");
    return table_.choose(0, endpoint, handshake);
  }

  MountTable table_{1, {{}, {"https://app.example"}}};
  plugin::Instance *instance_ = reinterpret_cast<plugin::Instance *>(this);  // never followed
};

TEST_F(MountTableTest, AnUnknownPathAndAnUnloadedAdapterAreToldApart) {
  EXPECT_EQ(choose("/nothing").status().code(), SLIPRING_NOT_FOUND);
  EXPECT_EQ(choose("/echo").status().code(), SLIPRING_UNAVAILABLE);
  table_.set_current(0, "echo", instance_);
  ASSERT_TRUE(choose("/echo"));
  EXPECT_EQ(choose("/echo")->adapter, instance_);
  EXPECT_EQ(*choose("/echo")->path, "/echo");
}

TEST_F(MountTableTest, TheClientsFirstServedSubprotocolIsChosen) {
  table_.set_current(0, "websocket", instance_);
  EXPECT_EQ(choose("/ws", "v9, v1 ,v2")->subprotocol, "v1");
  EXPECT_EQ(choose("/ws")->subprotocol, "");
  const auto refused = choose("/ws", "v9");
  EXPECT_EQ(refused.status().code(), SLIPRING_INVALID_ARGUMENT);
  EXPECT_NE(refused.status().message().find("v2, v1"), std::string::npos);
}

TEST_F(MountTableTest, AMountCanBeOnOneEndpointOnly) {
  table_.set_current(0, "websocket", instance_);
  EXPECT_TRUE(choose("/ws", {}, 0));
  EXPECT_EQ(choose("/ws", {}, 1).status().code(), SLIPRING_NOT_FOUND);
}

TEST_F(MountTableTest, TheMountThatFitsBestIsChosen) {
  const std::vector<std::pair<const char *, const char *>> cases = {
      {"/topics/a", "rest"},      {"/topics/a/b", "rest"}, {"/topics/", "rest"},
      {"/topics/deep/a", "deep"}, {"/topics/own", "own"},  {"/topics/own/a", "rest"},
      {"/topics/deep", "rest"},   {"/", "page"},           {"/both", "asked"}};
  for (const auto &[path, plugin] : cases) {
    const auto choice = ask(path);
    ASSERT_TRUE(choice) << path;
    EXPECT_EQ(choice->adapter, instance_of(plugin)) << path;
  }
  EXPECT_EQ(choose("/both")->adapter, instance_of("spoken"));
}

TEST_F(MountTableTest, APathThatStandsForManyIsNotThePathAboveThem) {
  for (const char *path : {"/topics", "/topicsa", "/a", ""}) {
    EXPECT_EQ(ask(path).status().code(), SLIPRING_NOT_FOUND) << path;
  }
}

TEST_F(MountTableTest, APathOfAnotherProfileSaysWhatItSpeaks) {
  const auto refused = ask("/ws");
  EXPECT_EQ(refused.status().code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(refused.status().message(), "this path speaks WebSocket");
  EXPECT_EQ(choose("/topics/a").status().code(), SLIPRING_FAILED_PRECONDITION);
  EXPECT_EQ(choose("/topics/a").status().message(), "this path speaks no WebSocket");
  EXPECT_EQ(ask("/ws", 1).status().code(), SLIPRING_NOT_FOUND) << "not on that endpoint";
}

TEST_F(MountTableTest, AnAdapterThatIsNotLoadedMayHaveAnyProfile) {
  EXPECT_EQ(ask("/gone").status().code(), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(choose("/gone").status().code(), SLIPRING_UNAVAILABLE);
}

TEST_F(MountTableTest, RequestsOfOtherOriginsAreRefusedAsWell) {
  EXPECT_EQ(ask("/", 0, "https://app.example").status().code(), SLIPRING_PERMISSION_DENIED);
  EXPECT_TRUE(ask("/", 1, "https://app.example"));
  EXPECT_TRUE(ask("/", 0, "http://example.org"));
}

TEST_F(MountTableTest, ACanaryGetsItsShareUntilOneGetsAll) {
  const auto served_by = [&](const plugin::Instance *instance, int sessions) {
    int served = 0;
    for (int i = 0; i < sessions; ++i) served += choose("/both")->adapter == instance ? 1 : 0;
    return served;
  };
  plugin::Instance *const canary = instance_of("spoken 2");
  table_.set_canary(0, "spoken", canary, 0.25);
  EXPECT_EQ(served_by(canary, 100), 25);
  EXPECT_EQ(served_by(instance_of("spoken"), 100), 75);
  EXPECT_EQ(table_.current(0, "spoken"), instance_of("spoken"));
  EXPECT_EQ(ask("/both")->adapter, instance_of("asked")) << "it is of one plugin alone";
  table_.set_current(0, "spoken", canary);
  EXPECT_EQ(served_by(canary, 10), 10);
  table_.set_canary(0, "spoken", instance_of("spoken"), 0.5);
  table_.set_current(0, "spoken", canary);
  EXPECT_EQ(served_by(canary, 10), 10) << "the other one's share is over";
}

TEST_F(MountTableTest, OriginsAreListedPerEndpoint) {
  table_.set_current(0, "echo", instance_);
  EXPECT_EQ(choose("/echo", {}, 0, "https://app.example").status().code(),
            SLIPRING_PERMISSION_DENIED);
  EXPECT_TRUE(choose("/echo", {}, 1, "https://app.example"));
}

struct OneToken final : access::Verifier {
  std::optional<std::string> verify(std::string_view token) const override {
    if (token == "right") return "alice";
    return std::nullopt;
  }
};

class AccessTest : public MountTableTest {
 protected:
  AccessTest() {
    const std::vector<std::string> http = {SLIPRING_PROFILE_HTTP};
    const std::vector<std::string> messages = {SLIPRING_PROFILE_MESSAGE};
    const auto path = [](const char *text) { return std::make_shared<const std::string>(text); };
    table_.set_mounts(
        0, MountTable::by_fit({{path("/"), "page", {}, {}, http},
                               {path("/own"), "own", {}, {}, http, access::Need::required},
                               {path("/ws"), "spoken", {}, {}, messages, access::Need::required}}));
  }

  void set_gate() {
    const access::Gate::Parts parts{tickets_, counters_, burst_};
    table_.set_gate(
        0, std::make_shared<access::Gate>(access::Carriers(), std::make_shared<OneToken>(), parts));
  }

  Result<session::Choice> ask_with(std::string_view path, std::string_view authorization) {
    const slipring_field field = {to_bytes("authorization"), to_bytes(authorization)};
    slipring_http_request request{};
    request.struct_size = sizeof(request);
    request.path = to_bytes(path);
    request.fields = &field;
    request.field_count = 1;
    request.identity = to_bytes("CN=carol");
    return table_.choose_http(0, 0, request);
  }

  Result<session::Choice> choose_with(std::string_view authorization, size_t struct_size) {
    const slipring_field field = {to_bytes("authorization"), to_bytes(authorization)};
    slipring_message_handshake handshake{};
    handshake.struct_size = struct_size;
    handshake.path = to_bytes("/ws");
    handshake.fields = &field;
    handshake.field_count = 1;
    return table_.choose(0, 0, handshake);
  }

  access::Tickets tickets_;
  observe::Counters counters_;
  observe::Burst burst_;
};

TEST_F(AccessTest, AMountThatWantsACredentialIsReachedThroughTheGate) {
  set_gate();
  ASSERT_TRUE(ask_with("/own", "Bearer right"));
  EXPECT_EQ(ask_with("/own", "Bearer right")->admission.identity, "alice");
  EXPECT_EQ(ask_with("/own", "Bearer wrong").status().code(), SLIPRING_UNAUTHENTICATED);
  ASSERT_TRUE(ask_with("/", "Bearer wrong"));
  EXPECT_EQ(ask_with("/", "Bearer wrong")->admission.identity, "CN=carol");
  ASSERT_TRUE(choose_with("Bearer right", sizeof(slipring_message_handshake)));
  EXPECT_EQ(choose_with("Bearer right", sizeof(slipring_message_handshake))->admission.identity,
            "alice");
}

TEST_F(AccessTest, ATransportThatShowsNoFieldsLetsNobodyIn) {
  set_gate();
  const auto refused = choose_with("Bearer right", offsetof(slipring_message_handshake, scheme));
  EXPECT_EQ(refused.status().code(), SLIPRING_UNAUTHENTICATED);
}

TEST_F(AccessTest, WithoutAGateNobodyGetsIn) {
  EXPECT_EQ(ask_with("/own", "Bearer right").status().code(), SLIPRING_UNAVAILABLE);
  EXPECT_EQ(ask_with("/", "Bearer right")->admission.identity, "CN=carol");
}

}  // namespace
}  // namespace slipring::edge
