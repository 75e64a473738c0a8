#include "description/template.hpp"

#include <gtest/gtest.h>

#include <array>

namespace slipring::description {
namespace {

TEST(Description, PlacesAreFilled) {
  const std::array<Place, 2> places = {{{"path", "/a"}, {"most", "7"}}};
  EXPECT_EQ(filled(R"({"{{path}}":{"n":{{most}}}} {{path}})", places), R"({"/a":{"n":7}} /a)");
  EXPECT_EQ(filled("", places), "");
}

TEST(Description, MountsAreWrittenAsTemplates) {
  EXPECT_EQ(mount_path("/topics/*", "topic").path, "/topics/{topic}");
  EXPECT_TRUE(mount_path("/topics/*", "topic").has_parameter);
  EXPECT_EQ(mount_path("/a\"b", "topic").path, "/a\\\"b");
  EXPECT_FALSE(mount_path("/a", "topic").has_parameter);
}

TEST(Description, MountsHaveIdsOfTheirOwn) {
  EXPECT_EQ(mount_path("/ws", "x").id, ".ws");
  EXPECT_EQ(mount_path("/a/b_c.d*", "x").id, ".a.b_5Fc_2Ed_2A");
}

}  // namespace
}  // namespace slipring::description
