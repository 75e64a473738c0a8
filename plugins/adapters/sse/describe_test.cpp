#include <slipring/ext/description.h>

#include "json_scan.hpp"
#include "testing.hpp"

namespace slipring::sse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DescribeTest : public StreamTest {
 protected:
  std::string describe(std::string_view path) {
    const auto *table = adapter.extension<slipring_description_adapter>(SLIPRING_DESCRIPTION);
    sdk::testing::StringWriter to;
    EXPECT_EQ(table->describe(adapter.instance(), sdk::bytes(path), &to.writer), SLIPRING_OK);
    EXPECT_TRUE(json_v1::is_json(to.text)) << to.text;
    EXPECT_THAT(to.text, Not(HasSubstr("{{")));
    return to.text;
  }
};

TEST_F(DescribeTest, NamesTheMountInBothDocuments) {
  const std::string text = describe("/events");
  EXPECT_THAT(text, HasSubstr(R"("/events": {)"));
  EXPECT_THAT(text, HasSubstr(R"("address": "/events")"));
  EXPECT_THAT(text, HasSubstr(R"("sse.events.stream": {)"));
  EXPECT_THAT(text, HasSubstr(R"("sse.subscribed": {)"));
}

TEST_F(DescribeTest, HasAParameterWhereTheMountStandsForMany) {
  const std::string text = describe("/events/*");
  EXPECT_THAT(text, HasSubstr(R"("/events/{rest}": {)"));
  EXPECT_THAT(text, HasSubstr(R"("parameters": [{ "$ref": "#/components/parameters/sse.rest" }])"));
}

}  // namespace
}  // namespace slipring::sse
