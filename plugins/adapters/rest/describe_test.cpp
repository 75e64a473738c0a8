#include <slipring/ext/description.h>

#include "exchange_test.hpp"
#include "json_scan.hpp"

namespace slipring::rest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DescribeTest : public ExchangeTest {
 protected:
  std::string describe(std::string_view path) {
    const auto *table = adapter().extension<slipring_description_adapter>(SLIPRING_DESCRIPTION);
    sdk::testing::StringWriter to;
    answered = table->describe(adapter().instance(), sdk::bytes(path), &to.writer);
    return to.text;
  }
};

TEST_F(DescribeTest, SaysWhatIsAnsweredBelowTheMount) {
  settings = R"({"max_wait":17,"max_batch":18,"max_body":19})";
  const std::string text = describe("/topics/*");
  EXPECT_EQ(answered, SLIPRING_OK);
  EXPECT_TRUE(json_v1::is_json(text));
  EXPECT_THAT(text, HasSubstr(R"("/topics/{topic}": {)"));
  EXPECT_THAT(text,
              HasSubstr(R"("parameters": [{ "$ref": "#/components/parameters/rest.topic" }])"));
  EXPECT_THAT(text, HasSubstr(R"("maximum": 17)"));
  EXPECT_THAT(text, HasSubstr(R"("maxItems": 18)"));
  EXPECT_THAT(text, HasSubstr("more than 19 bytes"));
  EXPECT_THAT(text, Not(HasSubstr("{{")));
}

TEST_F(DescribeTest, AMountMayBeOneTopic) {
  const std::string text = describe("/topics/a/b");
  EXPECT_THAT(text, HasSubstr(R"("/topics/a/b": {)"));
  EXPECT_THAT(text, HasSubstr(R"("parameters": [])"));
}

TEST_F(DescribeTest, AMountElsewhereAnswersNothing) {
  EXPECT_EQ(describe("/elsewhere/*"), "");
  EXPECT_EQ(answered, SLIPRING_UNIMPLEMENTED);
  EXPECT_EQ(describe("/topics/"), "");
}

}  // namespace
}  // namespace slipring::rest
