#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using HelpTest = AdapterTest;

TEST_F(HelpTest, TellsTheVersionAndWhatItCanDo) {
  EXPECT_EQ(say(R"({"op":"help","id":7})"),
            R"({"op":"help","id":7,"adapter":"websocket )" WEBSOCKET_VERSION R"(",)"
            R"("ops":["subscribe","publish","unsubscribe","cursor","help"]})");
}

TEST_F(HelpTest, NeedsAnIdAndNothingElse) {
  EXPECT_EQ(say(R"({"op":"help"})"),
            error("", "INVALID_ARGUMENT", R"(\"id\" is missing; needed in help: id)"));
  EXPECT_EQ(say(R"({"op":"help","id":7,"sub":1})"),
            error("7", "INVALID_ARGUMENT", R"(found a member \"sub\"; accepted in help: op, id)"));
}

}  // namespace
}  // namespace slipring::json_v1
