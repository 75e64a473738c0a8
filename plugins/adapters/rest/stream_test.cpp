#include <slipring/ext/streams.h>

#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

slipring_stream_info stream{};
slipring_status answers = SLIPRING_OK;

constexpr slipring_streams_host streams_table{
    sizeof(slipring_streams_host),
    [](const slipring_host *, slipring_bytes, slipring_stream_info *info) -> slipring_status {
      *info = stream;
      return answers;
    }};

class StreamTest : public ExchangeTest {
 protected:
  StreamTest() {
    host.extensions[SLIPRING_STREAMS] = &streams_table;
    answers = SLIPRING_OK;
    stream = {sizeof stream,
              sdk::bytes("default"),
              0x5f3a,
              3,
              7,
              SLIPRING_DURABILITY_LOG,
              0,
              1'500'000'000,
              2,
              0,
              4};
  }
  const FakeResponse &about(const FieldList &fields = {}, std::string_view query = "about=stream") {
    return ask({.path = "/topics/a/b", .query = query, .fields = fields});
  }
};

TEST_F(StreamTest, IsToldAtOnce) {
  const FakeResponse &response = about();
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.field("content-type"), "application/json");
  EXPECT_EQ(response.field("cache-control"), "no-cache");
  EXPECT_EQ(response.body,
            R"({"topic":"a/b","stream":"default","epoch":"0000000000005f3a","first":3,"last":7,)"
            R"("durability":"log","retention":{"age_seconds":1,"bytes":2,"per_topic":4}})"
            "\n");
  EXPECT_TRUE(response.finished);
}

TEST_F(StreamTest, IsConditional) {
  const std::string tag = about().field("etag");
  EXPECT_EQ(about({{"if-none-match", tag}}).code, 304u);
  stream.last = 8;
  EXPECT_EQ(about({{"if-none-match", tag}}).code, 200u);
  EXPECT_EQ(about({{"if-match", tag}}).code, 412u);
}

TEST_F(StreamTest, IsRefusedWhereThereIsNoneOrSomethingElseIsAsked) {
  answers = SLIPRING_NOT_FOUND;
  EXPECT_EQ(about().code, 404u);
  EXPECT_EQ(field(), "topic");
  answers = SLIPRING_OK;
  for (const char *query : {"about=topic", "about=stream&limit=1", "start=last&about=stream"}) {
    EXPECT_EQ(about({}, query).code, 400u) << query;
    EXPECT_EQ(field(), "about") << query;
  }
  EXPECT_EQ(about({{"accept", "application/cloudevents+json"}}).code, 406u);
}

TEST_F(StreamTest, IsNotToBeHadFromEveryHost) {
  host.extensions.erase(SLIPRING_STREAMS);
  EXPECT_EQ(about().code, 503u);
}

}  // namespace
}  // namespace slipring::rest
