#include "edge/address.hpp"

#include <gtest/gtest.h>

namespace slipring::edge {
namespace {

TEST(ListenAddress, TakesWhatPeopleWrite) {
  EXPECT_TRUE(parse_listen_address(":8080")->any);
  EXPECT_EQ(parse_listen_address(":8080")->endpoint.port(), 8080);
  EXPECT_EQ(to_string(parse_listen_address("127.0.0.1:0")->endpoint), "127.0.0.1:0");
  EXPECT_EQ(to_string(parse_listen_address("[::1]:9")->endpoint), "[::1]:9");
}

TEST(ListenAddress, RefusesTheRestAndSaysWhatIsAccepted) {
  for (const char *text : {"", "8080", "127.0.0.1", "localhost:80", ":65536", ":-1", ":80x",
                           "::1:80", "[127.0.0.1]:80", "[]:80"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_NE(address.status().message().find("accepted"), std::string::npos);
  }
}

TEST(Address, WritesMappedIPv4AsIPv4) {
  const auto ip = boost::asio::ip::make_address("::ffff:192.0.2.1");
  EXPECT_EQ(to_string(boost::asio::ip::tcp::endpoint(ip, 4711)), "192.0.2.1:4711");
}

}  // namespace
}  // namespace slipring::edge
