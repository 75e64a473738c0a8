#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CloudEventTest : public ExchangeTest {
 protected:
  const FakeResponse &structured(std::string_view json) {
    return post({{"content-type", "application/cloudevents+json; charset=utf-8"}}, json);
  }
  // An event with all that is demanded, and `members`.
  static std::string with(std::string_view members) {
    return R"({"specversion":"1.0","id":"1","source":"/s","type":"t")" +
           std::string(members.empty() ? "" : ",") + std::string(members) + "}";
  }
  const FakeResponse &batch(std::string_view json, const FieldList &more = {}) {
    FieldList fields = {{"content-type", "application/cloudevents-batch+json"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return post(fields, json);
  }
  static FieldList binary(const FieldList &more) {
    FieldList fields = {{"ce-specversion", "1.0"},
                        {"ce-id", "1"},
                        {"ce-source", "/s"},
                        {"ce-type", "t"},
                        {"content-type", "text/plain"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
  }
};

TEST_F(CloudEventTest, InBinaryModeAttributesAreFields) {
  EXPECT_EQ(post(binary({{"ce-subject", "a/b"},
                         {"ce-time", "1970-01-01T00:00:01Z"},
                         {"ce-comexampleextension", "Euro%20%E2%82%AC"},
                         {"ce-quoted", "\"a \\\"b\\\"\""},
                         {"ce-sliprretain", "true"},
                         {"ce-sliprpriority", "7"}}),
                 "hello")
                .code,
            0u);
  EXPECT_EQ(event().id()->str(), "1");
  EXPECT_EQ(event().source()->str(), "/s");
  EXPECT_EQ(event().type()->str(), "t");
  EXPECT_EQ(event().time_ns(), 1'000'000'000);
  EXPECT_EQ(event().content_type()->str(), "text/plain");
  EXPECT_EQ(payload(), "hello");
  EXPECT_TRUE(event().delivery()->retain());
  EXPECT_EQ(event().delivery()->priority(), 7);
  ASSERT_EQ(event().attributes()->size(), 2u);
  EXPECT_EQ(event().attributes()->Get(0)->value()->str(), "Euro €");
  EXPECT_EQ(event().attributes()->Get(1)->value()->str(), "a \"b\"");
}

TEST_F(CloudEventTest, InBinaryModeTheFieldAtFaultIsNamed) {
  const std::pair<FieldList, std::string_view> cases[] = {
      {{{"ce-id", "1"}}, "ce-specversion"},
      {{{"ce-specversion", "1.0"}, {"ce-id", "1"}, {"ce-source", "/s"}}, "ce-type"},
      {{{"ce-specversion", "0.3"}}, "ce-specversion"},
      {binary({{"ce-id", "2"}}), "ce-id"},
      {binary({{"ce-time", "yesterday"}}), "ce-time"},
      {binary({{"ce-subject", "elsewhere"}}), "subject"},
      {binary({{"ce-dataschema", ""}}), "ce-dataschema"},
      {binary({{"ce-under_score", "1"}}), "ce-under_score"},
      {binary({{"ce-", "1"}}), "ce-"},
      {binary({{"ce-datacontenttype", "text/plain"}}), "ce-datacontenttype"},
      {binary({{"ce-x", "%ff"}}), "ce-x"},
      {binary({{"ce-x", "\"open"}}), "ce-x"},
      {binary({{"ce-sliprunknown", "1"}}), "ce-sliprunknown"},
      {binary({{"ce-sliprpriority", "10"}}), "ce-sliprpriority"},
      {binary({{"ce-sliprentitytype", "player"}}), "sliprentityid"},
  };
  for (const auto &[fields, at_fault] : cases) {
    EXPECT_EQ(post(fields, "x").code, 400u) << at_fault;
    EXPECT_EQ(field(), at_fault);
    EXPECT_THAT(host.publishes, IsEmpty());
  }
}

TEST_F(CloudEventTest, InStructuredModeEverythingIsInTheBody) {
  EXPECT_EQ(structured(with(R"("subject":"a/b","time":"1970-01-01T00:00:01Z","number":-5,)"
                            R"("flag":true,"text":"\u00e4","nothing":null,)"
                            R"("data": { "a" : 1.0 })"))
                .code,
            0u);
  EXPECT_EQ(event().id()->str(), "1");
  EXPECT_EQ(event().content_type()->str(), "application/json");
  EXPECT_EQ(payload(), R"({ "a" : 1.0 })") << "byte for byte";
  ASSERT_EQ(event().attributes()->size(), 3u);
  EXPECT_EQ(event().attributes()->Get(0)->value()->str(), "-5");
  EXPECT_EQ(event().attributes()->Get(1)->value()->str(), "true");
  EXPECT_EQ(event().attributes()->Get(2)->value()->str(), "ä");
}

TEST_F(CloudEventTest, TakesWhatTheHostSaysInItsOwnForm) {
  EXPECT_EQ(structured(with(R"("sliproperation":"update","sliprstatus":"NOT_FOUND",)"
                            R"("sliprentityid":"42","sliprentitytype":"player","sliprversion":"7",)"
                            R"("sliprexpected":"6","sliprguarantee":"at_least_once",)"
                            R"("sliprpriority":9,"sliprttlms":"5000","sliprretain":true,)"
                            R"("sliprdedup":"d","sliprposition":"default@5f3a9c1e00000001:7",)"
                            R"("sliprrecorded":"1970-01-01T00:00:01Z","partitionkey":"k",)"
                            R"("correlationid":"c","causationid":"b","traceparent":"p",)"
                            R"("tracestate":"s","dataschema":"urn:x")"))
                .code,
            0u);
  EXPECT_EQ(event().operation(), schema::Operation::update);
  EXPECT_EQ(event().status(), SLIPRING_NOT_FOUND);
  EXPECT_EQ(event().entity()->id()->str(), "42");
  EXPECT_EQ(event().entity()->type()->str(), "player");
  EXPECT_EQ(event().entity()->version(), 7u);
  EXPECT_EQ(event().entity()->expected_version(), 6u);
  EXPECT_TRUE(event().entity()->has_expected_version());
  EXPECT_EQ(event().delivery()->guarantee(), schema::Guarantee::at_least_once);
  EXPECT_EQ(event().delivery()->priority(), 9);
  EXPECT_EQ(event().delivery()->time_to_live_ms(), 5000u);
  EXPECT_TRUE(event().delivery()->retain());
  EXPECT_EQ(event().delivery()->deduplication_id()->str(), "d");
  EXPECT_EQ(event().partition_key()->str(), "k");
  EXPECT_EQ(event().correlation_id()->str(), "c");
  EXPECT_EQ(event().causation_id()->str(), "b");
  EXPECT_EQ(event().trace_parent()->str(), "p");
  EXPECT_EQ(event().trace_state()->str(), "s");
  EXPECT_EQ(event().schema_id()->str(), "urn:x");
  EXPECT_EQ(event().attributes(), nullptr);
}

TEST_F(CloudEventTest, DataIsWhatItsTypeSays) {
  structured(with(R"("datacontenttype":"text/plain","data":"a\nb")"));
  EXPECT_EQ(payload(), "a\nb");
  structured(with(R"("datacontenttype":"application/json","data":"a\nb")"));
  EXPECT_EQ(payload(), R"("a\nb")");
  structured(with(R"("datacontenttype":"image/png","data_base64":"AAH\/")"));
  EXPECT_EQ(payload(), std::string("\0\1\xff", 3));
  structured(with(R"("data":null)"));
  EXPECT_EQ(payload(), "null");
  structured(with(R"("datacontenttype":"text/plain","data":null)"));
  EXPECT_EQ(payload(), "");
  structured(with(R"("data":null,"data_base64":"AA==")"));
  EXPECT_EQ(payload(), std::string(1, '\0'));
  structured(with(""));
  EXPECT_EQ(event().payload(), nullptr);
}

TEST_F(CloudEventTest, InStructuredModeTheMemberAtFaultIsNamed) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"[]", "body"},
      {"{", "body"},
      {"{}", "specversion"},
      {R"({"specversion":"1.0"})", "id"},
      {R"({"specversion":"1.0","id":""})", "id"},
      {R"({"specversion":"1.0","id":"1","source":"/s"})", "type"},
      {R"({"specversion":"1.0","id":1})", "id"},
      {R"({"specversion":1.0})", "specversion"},
      {with(R"("type":"again")"), "type"},
      {with(R"("Extension":"1")"), "Extension"},
      {with(R"("ext":{})"), "ext"},
      {with(R"("ext":1.5)"), "ext"},
      {with(R"("time":"2026-13-01T00:00:00Z")"), "time"},
      {with(R"("time":5)"), "time"},
      {with(R"("subject":"elsewhere")"), "subject"},
      {with(R"("sliprretain":"yes")"), "sliprretain"},
      {with(R"("sliprnew":"yes")"), "sliprnew"},
      {with(R"("data":1,"data_base64":"")"), "data_base64"},
      {with(R"("data_base64":"A")"), "data_base64"},
      {with(R"("data":1,"data":2)"), "data"},
      {with(R"("datacontenttype":"text/plain","data":{})"), "data"},
  };
  for (const auto &[json, at_fault] : cases) {
    EXPECT_EQ(structured(json).code, 400u) << json;
    EXPECT_EQ(field(), at_fault) << json;
    EXPECT_THAT(host.publishes, IsEmpty());
  }
}

TEST_F(CloudEventTest, ANameAtFaultIsShortened) {
  EXPECT_EQ(structured("{\"" + std::string(1000, 'X') + "\":1}").code, 400u);
  EXPECT_EQ(field(), std::string(40, 'X') + "…");
  EXPECT_EQ(structured("{\"\u00e4\\u0000\":1}").code, 400u);
  EXPECT_EQ(field(), "???");
}

TEST_F(CloudEventTest, HasNotAnyNumberOfAttributes) {
  std::string members;
  for (int i = 0; i < 300; ++i) members += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + "\":1";
  EXPECT_EQ(structured(with(members)).code, 400u);
  EXPECT_EQ(detail(), "found more than 256 attributes");
}

TEST_F(CloudEventTest, ABatchIsPublishedInOneCall) {
  EXPECT_EQ(batch("[" + with(R"("data":1)") + " , " + with(R"("data":2)") + "]",
                  {{"idempotency-key", "k"}, {"if-none-match", "*"}})
                .code,
            0u);
  ASSERT_THAT(host.publishes, SizeIs(2));
  EXPECT_EQ(payload(0), "1");
  EXPECT_EQ(payload(1), "2");
  EXPECT_EQ(event(0).delivery()->deduplication_id()->str(), "k#0");
  EXPECT_EQ(event(1).delivery()->deduplication_id()->str(), "k#1");
  EXPECT_EQ(host.publishes[0].expect, SLIPRING_EXPECT_OF_TOPIC);
  EXPECT_EQ(host.publishes[1].expect, SLIPRING_EXPECT_NOTHING);
  const FakeResponse &response = acknowledge({{0, 1, 2}, {0, 1, 3}});
  EXPECT_EQ(response.code, 201u);
  EXPECT_EQ(response.body, "{\"topic\":\"a/b\",\"positions\":[\"test@1:2\",\"test@1:3\"]}\n");
  EXPECT_EQ(response.field("slipring-position"), "test@1:3");
}

TEST_F(CloudEventTest, ABatchWithOneBadMemberPublishesNothing) {
  EXPECT_EQ(batch("[" + with("") + "," + with(R"("time":"x")") + "]").code, 400u);
  EXPECT_THAT(host.responses[session_id].body, HasSubstr(R"("field":"time","member":1,)"));
  EXPECT_THAT(host.publishes, IsEmpty());
  EXPECT_EQ(batch("[" + with("") + ",5]").code, 400u);
  EXPECT_THAT(host.responses[session_id].body, HasSubstr(R"("member":1,)"));
  EXPECT_EQ(batch(with("")).code, 400u);
  EXPECT_EQ(batch("[" + with("") + ",]").code, 400u);
  EXPECT_THAT(host.publishes, IsEmpty());
}

TEST_F(CloudEventTest, AnEmptyBatchIsNothingToDo) {
  EXPECT_EQ(batch("[]").code, 200u);
  EXPECT_EQ(host.responses[session_id].body, "{\"topic\":\"a/b\",\"positions\":[]}\n");
}

TEST_F(CloudEventTest, ABatchHasALimit) {
  settings = R"({"max_batch":1})";
  EXPECT_EQ(batch("[" + with("") + "," + with("") + "]").code, 413u);
}

TEST_F(CloudEventTest, AKeyBesideTheEventsOwnIsRefused) {
  EXPECT_EQ(batch("[" + with(R"("sliprdedup":"d")") + "]", {{"idempotency-key", "k"}}).code, 400u);
  EXPECT_EQ(field(), "idempotency-key");
}

}  // namespace
}  // namespace slipring::rest
