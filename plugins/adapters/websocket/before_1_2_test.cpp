// What versions before 1.2 answer and later ones do not: there were no streams that keep events.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Before12Test : public AdapterTest {
 protected:
  std::string publish(std::string_view members) {
    return say("{\"op\":\"publish\",\"id\":1,\"topic\":\"t\"," + std::string(members) + "}");
  }
};

TEST_F(Before12Test, AnswersUnimplementedToWhatNeedsALog) {
  for (const auto &[name, value] : {std::pair("retain", "true"), std::pair("dedup", "\"d\""),
                                    std::pair("expect", "{\"sequence\":3}")})
    EXPECT_EQ(publish("\"" + std::string(name) + "\":" + value),
              error("1", "UNIMPLEMENTED",
                    "\\\"" + std::string(name) + "\\\" needs a stream that keeps events"));
  EXPECT_THAT(host.publishes, IsEmpty());
}

TEST_F(Before12Test, PublishesWhatAsksForNoLog) {
  EXPECT_EQ(publish("\"retain\":false"), "");
  EXPECT_EQ(host.publishes.size(), 1u);
}

TEST_F(Before12Test, RefusesMembersThatHoldSomethingElse) {
  const std::pair<const char *, const char *> cases[] = {
      {R"("retain":"no")", R"(\"retain\": found \"no\"; accepted: true or false)"},
      {R"("dedup":7)", R"(\"dedup\": found 7; accepted: a string)"},
      {R"("expect":7)", R"(\"expect\": found 7; accepted: an object such as {\"sequence\":7})"},
  };
  for (const auto &[members, message] : cases)
    EXPECT_EQ(publish(members), error("1", "INVALID_ARGUMENT", message));
}

TEST_F(Before12Test, HasNoCursorsInEvents) {
  EXPECT_EQ(
      say(R"({"op":"subscribe","id":1,"filters":["a"],"cursors":true})"),
      error("1", "INVALID_ARGUMENT",
            R"(found a member \"cursors\"; accepted in subscribe: op, id, drop, start, filters)"));
}

TEST_F(Before12Test, HasStateSchemaOneOnly) {
  subscribe("1");
  EXPECT_NE(adapter.export_state(session_id, state, 1), "");
  EXPECT_EQ(adapter.export_state(session_id, state, 2), "");
  EXPECT_EQ(adapter.exported, SLIPRING_UNIMPLEMENTED);
  void *none = nullptr;
  EXPECT_EQ(adapter.import_state(session_id, 2, "", &none), SLIPRING_UNIMPLEMENTED);
  EXPECT_THAT(adapter.reason(), HasSubstr("found state schema 2; accepted: 1 to 1"));
}

}  // namespace
}  // namespace slipring::json_v1
