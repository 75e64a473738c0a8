#include "observe/log.hpp"

#include <gtest/gtest.h>

namespace slipring::observe {
namespace {

TEST(Log, TextQuotesWhatCouldForgeALine) {
  EXPECT_EQ(format_text("ready", {{"endpoint", "public"}, {"shards", 2}}),
            "ready endpoint=public shards=2");
  EXPECT_EQ(format_text("refused", {{"reason", "a\nerror forged"}, {"empty", ""}}),
            R"(refused reason="a\nerror forged" empty="")");
}

TEST(Log, JsonKeepsNumbersAsNumbers) {
  EXPECT_EQ(format_json("info", "T", "ready", {{"shards", 2}, {"name", "x\"y"}}),
            R"({"time":"T","level":"info","event":"ready","shards":2,"name":"x\"y"})");
}

}  // namespace
}  // namespace slipring::observe
