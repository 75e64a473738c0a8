#include <slipring/ext/description.h>

#include "adapter_test.hpp"
#include "json_scan.hpp"
#include "operations.hpp"

namespace slipring::json_v1 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DescribeTest : public AdapterTest {
 protected:
  std::string describe(std::string_view path) {
    const auto *table = adapter.extension<slipring_description_adapter>(SLIPRING_DESCRIPTION);
    sdk::testing::StringWriter to;
    EXPECT_EQ(table->describe(adapter.instance(), sdk::bytes(path), &to.writer), SLIPRING_OK);
    EXPECT_TRUE(is_json(to.text)) << to.text;
    EXPECT_THAT(to.text, Not(HasSubstr("{{")));
    return to.text;
  }
};

TEST_F(DescribeTest, HasTheOperationsOfThisVersion) {
  const std::string text = describe("/ws");
  EXPECT_THAT(text, HasSubstr(R"("address":"/ws")"));
  for (const Operation &operation : operations())
    EXPECT_THAT(text, HasSubstr("\"websocket.ws." + std::string(operation.name) + "\":{"));
  const bool helps = operations().back().name == "help";
  EXPECT_EQ(text.find("\"websocket.ws.help\"") != std::string::npos, helps);
  const bool has_cursors = operations().front().members.has(Member::cursors);
  EXPECT_EQ(text.find("\"cursors\":") != std::string::npos, has_cursors);
}

TEST_F(DescribeTest, HasAParameterWhereTheMountStandsForMany) {
  EXPECT_THAT(describe("/ws/*"), HasSubstr(R"("address":"/ws/{rest}")"));
}

}  // namespace
}  // namespace slipring::json_v1
