// What a publish asks of a stream that keeps events: to be retained, to be taken once, to follow
// what its publisher has seen.

#include "adapter_test.hpp"

namespace slipring::json_v1 {
namespace {

using sdk::testing::Publish;
using ::testing::IsEmpty;

class ExpectationTest : public AdapterTest {
 protected:
  std::string publish(std::string_view members) {
    return say("{\"op\":\"publish\",\"id\":1,\"topic\":\"t\"," + std::string(members) + "}");
  }
  const Publish &published(std::string_view members) {
    EXPECT_EQ(publish(members), "");
    return host.publishes.back();
  }
};

TEST_F(ExpectationTest, ARetainedEventSaysSo) {
  EXPECT_TRUE(published("\"retain\":true").event().delivery()->retain());
  EXPECT_EQ(published("\"retain\":false").event().delivery(), nullptr);
}

TEST_F(ExpectationTest, ADeduplicationIdIsPassedOn) {
  EXPECT_EQ(published(R"("dedup":"caf\u00e9")").event().delivery()->deduplication_id()->str(),
            "café");
}

TEST_F(ExpectationTest, WhatWasThereAlreadyIsAnsweredWithItsFirstPosition) {
  const Publish &made = published("\"dedup\":\"d\"");
  EXPECT_EQ(adapter.deduplicated(state, made, {.epoch = 1, .sequence = 4}), SLIPRING_OK);
  EXPECT_EQ(heard(), R"({"op":"published","id":1,"position":"test@1:4","duplicate":true})");
}

TEST_F(ExpectationTest, IsOfTheTopicOrOfTheStream) {
  const Publish &topic = published("\"expect\":{\"sequence\":3}");
  EXPECT_EQ(topic.expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(topic.expect_sequence, 3u);
  const Publish &stream = published("\"expect\":{ \"stream_sequence\" : 9007199254740991 }");
  EXPECT_EQ(stream.expect, SLIPRING_EXPECT_OF_STREAM);
  EXPECT_EQ(stream.expect_sequence, 9007199254740991u);
}

TEST_F(ExpectationTest, OfZeroIsOneToo) {
  const Publish &made = published("\"expect\":{\"sequence\":0}");
  EXPECT_EQ(made.expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(made.expect_sequence, 0u);
}

TEST_F(ExpectationTest, OfOneMessageDoesNotStayForTheNext) {
  EXPECT_EQ(publish(R"("retain":true,"dedup":"d","expect":{"sequence":3})"), "");
  const Publish &next = published("\"data\":1");
  EXPECT_EQ(next.expect, SLIPRING_EXPECT_NOTHING);
  EXPECT_EQ(next.event().delivery(), nullptr);
}

TEST_F(ExpectationTest, ThatDoesNotHoldIsAnsweredInTheHostsWords) {
  const Publish &made = published("\"expect\":{\"sequence\":3}");
  EXPECT_EQ(adapter.publish_failed(state, made, SLIPRING_FAILED_PRECONDITION, "found sequence 4"),
            SLIPRING_OK);
  EXPECT_EQ(heard(), error("1", "FAILED_PRECONDITION", "found sequence 4"));
}

TEST_F(ExpectationTest, OnAnEphemeralTopicIsRefusedInTheHostsWords) {
  host.publish_answer = SLIPRING_FAILED_PRECONDITION;
  host.why = "the topic is ephemeral";
  EXPECT_EQ(publish("\"retain\":true"),
            error("1", "FAILED_PRECONDITION", "the topic is ephemeral"));
}

TEST_F(ExpectationTest, RefusesMembersThatHoldSomethingElse) {
  for (const char *json :
       {"7", "null", "[]", "{}", "{\"sequence\":-1}", "{\"sequence\":1.0}", "{\"sequence\":\"3\"}",
        "{\"sequence\":9007199254740992}", "{\"sequences\":3}", "{\"sequence\":1,\"sequence\":1}",
        "{\"sequence\":1,\"stream_sequence\":1}"}) {
    const std::string answer = publish("\"expect\":" + std::string(json));
    EXPECT_TRUE(answer.ends_with(R"(; accepted: {\"sequence\":7} or {\"stream_sequence\":7}"})"))
        << json << answer;
  }
  EXPECT_EQ(publish("\"dedup\":\"\""),
            error("1", "INVALID_ARGUMENT",
                  R"(\"dedup\": found \"\"; accepted: a string that is not empty)"));
  EXPECT_THAT(host.publishes, IsEmpty());
}

}  // namespace
}  // namespace slipring::json_v1
