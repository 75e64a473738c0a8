#include "accept.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace slipring::sse {
namespace {

bool accepts(const std::vector<std::string_view> &values) {
  std::vector<slipring_field> fields;
  fields.reserve(values.size());
  for (const std::string_view value : values) {
    fields.push_back({sdk::bytes("accept"), sdk::bytes(value)});
  }
  return accepts_event_stream({fields.data(), fields.size()});
}

TEST(Accept, ThatSaysNothingTakesEverything) {
  EXPECT_TRUE(accepts({}));
  EXPECT_TRUE(accepts({""}));
  EXPECT_TRUE(accepts({" , "}));
}

TEST(Accept, TakesTheTypeByItsNameAndByRanges) {
  EXPECT_TRUE(accepts({"text/event-stream"}));
  EXPECT_TRUE(accepts({"Text/Event-Stream;charset=utf-8"}));
  EXPECT_TRUE(accepts({"application/json, text/*;q=0.1"}));
  EXPECT_TRUE(accepts({"application/json", "*/*"}));
}

TEST(Accept, OfOtherTypesExcludesIt) {
  EXPECT_FALSE(accepts({"application/json"}));
  EXPECT_FALSE(accepts({"text/html, application/xml;q=0.9"}));
  EXPECT_FALSE(accepts({"nonsense"}));
}

TEST(Accept, GoesByTheRangeThatFitsBest) {
  EXPECT_FALSE(accepts({"*/*, text/event-stream;q=0"}));
  EXPECT_FALSE(accepts({"text/event-stream; Q=0.000", "text/*"}));
  EXPECT_FALSE(accepts({"*/*;q=1, text/*;q=0"}));
  EXPECT_TRUE(accepts({"*/*;q=0, text/event-stream"}));
  EXPECT_TRUE(accepts({"text/*;q=0, text/event-stream;q=0.001"}));
}

}  // namespace
}  // namespace slipring::sse
