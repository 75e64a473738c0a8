// What version 1.0.0 answers and later ones do not.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using FirstReleaseTest = AdapterTest;

TEST_F(FirstReleaseTest, HasNoHelp) {
  EXPECT_EQ(say(R"({"op":"help","id":7})"),
            error("7", "UNIMPLEMENTED",
                  R"(\"op\": found \"help\"; accepted: subscribe, publish, unsubscribe, cursor)"));
}

}  // namespace
}  // namespace slipring::json_v1
