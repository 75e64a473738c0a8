#include "edge/mount_table.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace slipring::edge {
namespace {

class MountTableTest : public testing::Test {
 protected:
  MountTableTest() {
    auto mounts = std::make_shared<std::vector<Mount>>();
    const auto path = [](const char *text) { return std::make_shared<const std::string>(text); };
    mounts->push_back({path("/echo"), "echo", {}, {}});
    mounts->push_back({path("/ws"), "websocket", {"v2", "v1"}, {0}});
    table_.set_mounts(0, mounts);
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

TEST_F(MountTableTest, OriginsAreListedPerEndpoint) {
  table_.set_current(0, "echo", instance_);
  EXPECT_EQ(choose("/echo", {}, 0, "https://app.example").status().code(),
            SLIPRING_PERMISSION_DENIED);
  EXPECT_TRUE(choose("/echo", {}, 1, "https://app.example"));
}

}  // namespace
}  // namespace slipring::edge
