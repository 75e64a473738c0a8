#include "cloud_event_text.hpp"
#include "exchange_test.hpp"

namespace slipring::rest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class GetTest : public ExchangeTest {
 protected:
  const FakeResponse &get(std::string_view query, const FieldList &fields = {}) {
    host.reads.clear();
    return ask({.path = "/topics/a/b", .query = query, .fields = fields});
  }

  struct Stored {
    std::string flatbuffer;
    slipring_position position;
    std::string printed;
    uint32_t flags = 0;
  };
  static Stored stored(std::string_view data, uint64_t sequence) {
    sdk::EventBuilder builder;
    builder.topic("a/b").payload(data, "application/json").type("t");
    const slipring_position position{0, 1, sequence};
    return {std::string(sdk::view(builder.finish())), position, sdk::testing::printed(position), 0};
  }

  // The read has come out.
  const FakeResponse &found(const std::vector<Stored> &events, std::string_view cursor = "c",
                            bool more = false, const slipring_origin *origin = nullptr) {
    std::vector<slipring_event_view> views;
    views.reserve(events.size());
    std::vector<const slipring_event_view *> pointers;
    for (const Stored &event : events) {
      slipring_event_view view{};
      view.struct_size = sizeof view;
      view.event = sdk::bytes(event.flatbuffer);
      view.topic = sdk::bytes("a/b");
      view.position = event.position;
      view.printed = sdk::bytes(event.printed);
      view.recorded_ns = 1;
      view.flags = event.flags;
      views.push_back(view);
      pointers.push_back(&views.back());
    }
    const slipring_batch batch{sizeof batch,
                               pointers.data(),
                               pointers.size(),
                               origin,
                               sdk::bytes(cursor),
                               more ? uint8_t{1} : uint8_t{0},
                               {}};
    EXPECT_EQ(
        adapter().complete(state, host.reads.at(0), SLIPRING_DONE_READ, SLIPRING_OK, &batch, {}),
        SLIPRING_OK);
    return host.responses[session_id];
  }
};

TEST_F(GetTest, ReadsTheLastEvent) {
  EXPECT_EQ(get("").code, 0u);
  ASSERT_THAT(host.reads, SizeIs(1));
  EXPECT_THAT(host.reads[0].filters, ElementsAre("a/b"));
  EXPECT_EQ(host.reads[0].start, SLIPRING_START_LAST_PER_TOPIC);
  EXPECT_EQ(host.reads[0].limit, 1u);
  EXPECT_EQ(host.reads[0].wait_ns, 0u);
  const FakeResponse &response = found({stored("{\"a\":1.0}", 7)});
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.field("content-type"), "application/cloudevents+json");
  EXPECT_EQ(response.field("etag"), "\"test@1:7\"");
  EXPECT_EQ(response.field("slipring-position"), "test@1:7");
  EXPECT_EQ(response.field("cache-control"), "no-cache");
  EXPECT_EQ(response.field("vary"), "accept");
  EXPECT_EQ(response.body,
            R"({"specversion":"1.0","id":"test@1:7","source":"urn:slipring","type":"t",)"
            R"("subject":"a/b","sliprposition":"test@1:7",)"
            R"("sliprrecorded":"1970-01-01T00:00:00.000000001Z",)"
            R"("datacontenttype":"application/json","data":{"a":1.0}})"
            "\n");
}

TEST_F(GetTest, SaysThatThereIsNone) {
  get("");
  EXPECT_EQ(found({}).code, 404u);
  EXPECT_EQ(field(), "topic");
  get("start=retained");
  EXPECT_EQ(host.reads[0].start, SLIPRING_START_RETAINED);
  EXPECT_EQ(found({}).code, 404u);
  EXPECT_EQ(detail(), "the topic has no retained event");
  get("start=retained");
  EXPECT_EQ(found({stored("1", 7)}).code, 404u) << "it came while the topic was read";
  get("start=retained");
  Stored retained = stored("1", 7);
  retained.flags = SLIPRING_EVENT_RETAINED;
  EXPECT_EQ(found({retained}).code, 200u);
}

TEST_F(GetTest, ReadsTheEventAtAPosition) {
  get("position=test@5f3a9c1e00000001:7");
  EXPECT_EQ(host.reads.at(0).start, SLIPRING_START_AFTER);
  EXPECT_THAT(host.reads[0].start_cursors, ElementsAre("test@5f3a9c1e00000001:6"));
  EXPECT_EQ(found({stored("1", 8)}).code, 404u) << "that is the next one";
  EXPECT_EQ(field(), "position");
  get("position=test@5f3a9c1e00000001:7");
  Stored wanted = stored("1", 7);
  wanted.printed = "test@5f3a9c1e00000001:7";
  EXPECT_EQ(found({wanted}).code, 200u);
  get("position=test@5f3a9c1e00000001:7");
  const slipring_origin gap = sdk::testing::from_gap("f", "t", "retention", "c");
  EXPECT_EQ(found({stored("1", 9)}, "c", false, &gap).code, 410u);
}

TEST_F(GetTest, ReadsOnInOrder) {
  EXPECT_EQ(get("after=x&after=y&limit=2&wait=30").code, 0u);
  EXPECT_THAT(host.reads.at(0).start_cursors, ElementsAre("x", "y"));
  EXPECT_EQ(host.reads[0].limit, 2u);
  EXPECT_EQ(host.reads[0].wait_ns, 30'000'000'000u);
  const FakeResponse &response = found({stored("1", 7), stored("2", 8)}, "AbC", true);
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.field("content-type"), "application/cloudevents-batch+json");
  EXPECT_EQ(response.field("link"), "</topics/a/b?after=AbC&limit=2&wait=30>; rel=\"next\"");
  EXPECT_EQ(response.field("slipring-cursor"), "AbC");
  EXPECT_EQ(response.field("slipring-more"), "true");
  EXPECT_EQ(response.field("slipring-gap"), "");
  EXPECT_THAT(response.body, HasSubstr("\"data\":1},\n{"));
}

TEST_F(GetTest, AnEmptyListIsAnAnswer) {
  get("start=earliest");
  EXPECT_EQ(host.reads.at(0).start, SLIPRING_START_EARLIEST);
  EXPECT_EQ(host.reads[0].limit, 0u);
  EXPECT_EQ(found({}).body, "[]\n");
  EXPECT_EQ(host.responses[session_id].field("slipring-more"), "false");
}

TEST_F(GetTest, SaysWhatIsMissing) {
  get("last=5");
  EXPECT_EQ(host.reads.at(0).start, SLIPRING_START_LAST);
  EXPECT_EQ(host.reads[0].start_number, 5u);
  const slipring_origin gap = sdk::testing::from_gap("s@1:2", "s@1:4", "retention", "c");
  EXPECT_EQ(found({}, "c", false, &gap).field("slipring-gap"),
            R"(from="s@1:2", to="s@1:4", reason="retention")");
}

TEST_F(GetTest, CutsAListThatGrowsTooLong) {
  get("time=1970-01-01T00:00:01Z");
  EXPECT_EQ(host.reads.at(0).start, SLIPRING_START_TIME);
  EXPECT_EQ(host.reads[0].start_number, 1'000'000'000u);
  const std::string large = '"' + std::string(600'000, 'x') + '"';
  const FakeResponse &response = found({stored(large, 7), stored(large, 8)}, "c");
  EXPECT_EQ(response.field("slipring-cursor"), "test@1:7");
  EXPECT_EQ(response.field("slipring-more"), "true");
  EXPECT_LT(response.body.size(), 700'000u);
}

TEST_F(GetTest, IsConditional) {
  get("", {{"if-none-match", "\"x\", W/\"test@1:7\""}});
  const FakeResponse &known = found({stored("1", 7)});
  EXPECT_EQ(known.code, 304u);
  EXPECT_EQ(known.body, "");
  EXPECT_EQ(known.field("etag"), "\"test@1:7\"");
  EXPECT_TRUE(known.finished);
  get("", {{"if-none-match", "\"test@1:7\""}});
  EXPECT_EQ(found({stored("1", 8)}).code, 200u);
  get("", {{"if-match", "\"test@1:7\""}});
  EXPECT_EQ(found({stored("1", 8)}).code, 412u);
  get("", {{"if-match", "W/\"test@1:7\""}});
  EXPECT_EQ(found({stored("1", 7)}).code, 412u);
  get("last=1");
  const std::string tag = found({stored("1", 7)}).field("etag");
  get("last=1", {{"if-none-match", tag}});
  EXPECT_EQ(found({stored("1", 7)}).code, 304u);
}

TEST_F(GetTest, GivesWhatTheClientAccepts) {
  get("", {{"accept", "application/json"}});
  EXPECT_EQ(found({stored("1", 7)}).field("content-type"), "application/json");
  EXPECT_EQ(get("", {{"accept", "text/html"}}).code, 406u);
  EXPECT_EQ(get("last=1", {{"accept", "application/cloudevents+json"}}).code, 406u);
}

TEST_F(GetTest, RefusesWhatItCannotRead) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"limit=0", "limit"},
      {"limit=10001", "limit"},
      {"limit=5", "limit"},
      {"limit=x", "limit"},
      {"wait=61", "wait"},
      {"wait=-1", "wait"},
      {"wait=1.5", "wait"},
      {"start=now", "wait"},
      {"start=retained&wait=1", "wait"},
      {"start=soon", "start"},
      {"last=0", "last"},
      {"time=yesterday", "time"},
      {"position=7", "position"},
      {"position=test@5f3a9c1e00000001:0", "position"},
      {"after=", "after"},
      {"after=x&start=earliest", "start"},
      {"start=earliest&after=x", "after"},
      {"start=last&last=5", "last"},
      {"befor=x", "query"},
      {"after=%", "query"}};
  for (const auto &[query, at_fault] : cases) {
    EXPECT_EQ(get(query).code, 400u) << query;
    EXPECT_EQ(field(), at_fault) << query;
  }
  std::string many;
  for (int i = 0; i < 65; ++i) many += "after=x&";
  EXPECT_EQ(get(many).code, 400u);
}

TEST_F(GetTest, ReadsPastABody) {
  ask({.path = "/topics/a/b", .query = "last=1", .length = 5});
  EXPECT_EQ(adapter().body(session_id, state, "hello", false), SLIPRING_OK);
  EXPECT_EQ(adapter().consumed, 5u);
  EXPECT_THAT(host.publishes, ::testing::IsEmpty());
  EXPECT_EQ(found({stored("1", 7)}).code, 200u);
}

TEST_F(GetTest, PassesOnWhatTheHostRefuses) {
  get("after=x");
  EXPECT_EQ(adapter().complete(state, host.reads.at(0), SLIPRING_DONE_READ, SLIPRING_OUT_OF_RANGE,
                               nullptr, "a cursor of the future"),
            SLIPRING_OK);
  EXPECT_EQ(host.responses[session_id].code, 400u);
  EXPECT_EQ(detail(), "a cursor of the future");
  host.read_answer = SLIPRING_PENDING;
  EXPECT_EQ(get("after=x").code, 503u);
}

TEST_F(GetTest, WaitsOnWithTheNextVersion) {
  get("after=x&limit=3&wait=20", {{"accept", "application/json"}});
  const std::string exported = adapter().export_state(session_id, state, 1);
  void *next = nullptr;
  ASSERT_EQ(adapter().import_state(session_id, 1, exported, &next), SLIPRING_OK);
  adapter().release(session_id, state);
  state = next;
  const FakeResponse &response = found({stored("1", 7)}, "AbC");
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.field("content-type"), "application/json");
  EXPECT_EQ(response.field("link"), "</topics/a/b?after=AbC&limit=3&wait=20>; rel=\"next\"");
}

TEST_F(GetTest, SaysWhenToGoOnIfTheHostEndsTheWait) {
  get("start=now&wait=60");
  adapter().farewell(session_id, state, SLIPRING_END_HOST, SLIPRING_UNAVAILABLE, 1234);
  EXPECT_EQ(host.responses[session_id].code, 0u) << "it still waits for what there is";
  const FakeResponse &response = found({}, "AbC");
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.body, "[]\n");
  EXPECT_EQ(response.field("retry-after"), "2");
  EXPECT_EQ(response.field("link"), "</topics/a/b?after=AbC&wait=60>; rel=\"next\"");
}

TEST_F(GetTest, WritesEveryPartOfAnEvent) {
  sdk::EventBuilder builder;
  builder.topic("a").id("1").source("/s").type("t").key("k").time_ns(1'000'000'000);
  builder.correlation("c").causation("b").trace("p", "s").schema_id("urn:x");
  builder.operation(schema::Operation::update).status(SLIPRING_NOT_FOUND);
  builder.guarantee(schema::Guarantee::at_least_once).priority(9).time_to_live_ms(5).retain();
  builder.deduplicate("d").entity({"player", "42", 7, 6});
  builder.attribute("ext", "x\"").attribute("Not-Legal", "y").attribute("id", "z");
  builder.payload(std::string_view("\0\xff", 2), "image/png");
  const std::string flatbuffer(sdk::view(builder.finish()));
  slipring_event_view view{};
  view.struct_size = sizeof view;
  view.event = sdk::bytes(flatbuffer);
  std::string text;
  append_cloud_event(text, sdk::EventView(view));
  EXPECT_EQ(text,
            R"({"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"a",)"
            R"("dataschema":"urn:x","partitionkey":"k","correlationid":"c","causationid":"b",)"
            R"("traceparent":"p","tracestate":"s","time":"1970-01-01T00:00:01Z",)"
            R"("sliproperation":"update","sliprstatus":"NOT_FOUND","sliprentitytype":"player",)"
            R"("sliprentityid":"42","sliprversion":"7","sliprexpected":"6",)"
            R"("sliprguarantee":"at_least_once","sliprpriority":9,"sliprttlms":"5",)"
            R"("sliprretain":true,"sliprdedup":"d","ext":"x\"","datacontenttype":"image/png",)"
            R"("data_base64":"AP8="})");
}

}  // namespace
}  // namespace slipring::rest
