// How responses are framed, and what of an adapter's is not let through.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr auto unknown = SLIPRING_LENGTH_UNKNOWN;

std::string request(const std::string &method, const std::string &version,
                    const std::string &fields = "") {
  return method + " / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n";
}

struct Case {
  const char *rule;
  std::string request;
  std::uint32_t code;
  std::uint64_t length;
  std::string body;
  std::string sent;
  bool goes_on;
};

TEST(Http1Response, IsFramedAsVersionAndMethodNeed) {
  const std::string keep = "Connection: keep-alive\r\n";
  const std::vector<Case> cases = {
      {"known length", request("GET", "1.1"), 200, 2, "hi",
       "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi", true},
      {"unknown length", request("GET", "1.1"), 200, unknown, "hi",
       "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", true},
      {"unknown length and empty", request("GET", "1.1"), 200, unknown, "",
       "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", true},
      {"unknown length, HTTP/1.0", request("GET", "1.0", keep), 200, unknown, "hi",
       "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhi", false},
      {"known length, HTTP/1.0", request("GET", "1.0"), 200, 2, "hi",
       "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi", false},
      {"known length, HTTP/1.0 that stays", request("GET", "1.0", keep), 200, 2, "hi",
       "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nhi", true},
      {"HEAD, known length", request("HEAD", "1.1"), 200, 2, "hi",
       "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", true},
      {"HEAD, unknown length", request("HEAD", "1.1"), 200, unknown, "hi",
       "HTTP/1.1 200 OK\r\n\r\n", true},
      {"204", request("GET", "1.1"), 204, 0, "", "HTTP/1.1 204 No Content\r\n\r\n", true},
      {"204 with a body", request("GET", "1.1"), 204, 2, "hi", "HTTP/1.1 204 No Content\r\n\r\n",
       true},
      {"205", request("GET", "1.1"), 205, 2, "hi",
       "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n", true},
      {"304", request("GET", "1.1"), 304, 2, "",
       "HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n", true},
      {"304 that does not know", request("GET", "1.1"), 304, 0, "",
       "HTTP/1.1 304 Not Modified\r\n\r\n", true},
      {"a code without a name", request("GET", "1.1"), 299, 0, "",
       "HTTP/1.1 299 \r\ncontent-length: 0\r\n\r\n", true},
      {"fewer bytes than promised", request("GET", "1.1"), 200, 3, "hi",
       "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi", false},
      {"more bytes than promised", request("GET", "1.1"), 200, 1, "hi",
       "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nh", true},
  };
  for (const Case &one : cases) {
    Connection on;
    on.client_says(one.request);
    on.respond(one.code, one.length);
    EXPECT_EQ(on.write({one.body}), one.body.size()) << one.rule;
    on.finish();
    EXPECT_EQ(on.take_sent(), one.sent) << one.rule;
    EXPECT_EQ(on.link.finished, !one.goes_on) << one.rule;
    EXPECT_GE(on.last().closed, 0) << one.rule;
  }
}

TEST(Http1Response, EachWriteIsOneChunk) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, unknown);
  on.take_sent();
  on.write({"data: 1", "", "\n\n"});
  EXPECT_EQ(on.take_sent(), "9\r\ndata: 1\n\n\r\n");
  on.write({std::string(26, 'x')});
  EXPECT_TRUE(on.take_sent().starts_with("1a\r\n"));
  on.write({""});
  EXPECT_EQ(on.take_sent(), "");  // a chunk of nothing would be the last
}

TEST(Http1Response, InChunksMayHaveTrailers) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, unknown);
  on.take_sent();
  on.finish({{"x-sum", "1"}});
  EXPECT_EQ(on.take_sent(), "0\r\nx-sum: 1\r\n\r\n");
}

TEST(Http1Response, WithoutChunksHasNoTrailers) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, 0);
  on.take_sent();
  on.finish({{"x-sum", "1"}});
  EXPECT_EQ(on.take_sent(), "");
}

TEST(Http1Response, HasTheDateUnlessTheAdapterGaveOne) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, 0);
  EXPECT_NE(on.link.sent.find("\r\ndate: "), std::string::npos);

  Connection given;
  given.client_says(request("GET", "1.1"));
  given.respond(200, 0, {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}});
  EXPECT_EQ(given.link.sent,
            "HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 0\r\n\r\n");
}

TEST(Http1Response, MayHaveHeadsBeforeIt) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(103, 0, {{"link", "</a.css>"}});
  on.respond(102, 0);
  EXPECT_EQ(on.take_sent(),
            "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
  on.answer(200, "");
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
}

TEST(Http1Response, HasNoHeadsBeforeItForOldClients) {  // RFC 9110 §15.2
  Connection on;
  on.client_says(request("GET", "1.0"));
  on.respond(103, 0);
  EXPECT_EQ(on.take_sent(), "");
}

TEST(Http1Response, StopsWhereTheLinkIsFull) {
  for (const std::uint64_t length : {std::uint64_t{200'000}, unknown}) {
    Connection on;
    on.client_says(request("GET", "1.1"));
    on.respond(200, length);
    on.link.room = 100'000;
    const std::string body(200'000, 'x');
    const std::size_t taken = on.write({body});
    EXPECT_EQ(taken, 128U * 1024);
    EXPECT_EQ(on.last().writable, 0U);
    EXPECT_EQ(on.write({body.substr(taken)}), 0U);
    on.link_has_room();
    EXPECT_EQ(on.last().writable, 1U);
    EXPECT_EQ(on.write({body.substr(taken)}), 200'000 - taken);
    on.finish();
    EXPECT_EQ(on.last().closed, SLIPRING_OK);
  }
}

TEST(Http1Response, ThatTookAllAsksForNoRoom) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, unknown);
  on.write({"x"});
  on.link_has_room();
  EXPECT_EQ(on.last().writable, 0U);
}

TEST(Http1Response, ThatHasEndedAsksForNoRoom) {
  Connection on;
  on.client_says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
  on.respond(200, 5);
  on.link.room = 1;
  on.write({"hello"});
  on.write({"!"});
  on.finish();
  on.link_has_room();
  EXPECT_EQ(on.last().writable, 0U);
  EXPECT_EQ(on.last().closed, SLIPRING_OK);
}

TEST(Http1Response, NothingOfAnAdapterSplitsIt) {
  const std::vector<Fields> bad = {
      {{"x", "a\r\nset-cookie: b"}},
      {{"x", "a\nb"}},
      {{"x", "a\rb"}},
      {{"x", std::string("a\0b", 3)}},
      {{"x", "a\x01"}},
      {{"x y", "a"}},
      {{"x:", "a"}},
      {{"x\r\ny", "a"}},
      {{"", "a"}},
      {{"X-Large", "a"}},
      {{"content-length", "5"}},
      {{"transfer-encoding", "chunked"}},
      {{"connection", "close"}},
      {{"keep-alive", "timeout=5"}},
      {{"upgrade", "h2c"}},
      {{"proxy-connection", "close"}},
  };
  for (const Fields &fields : bad) {
    Connection on;
    on.client_says(request("GET", "1.1"));
    on.respond(200, 5, fields);
    EXPECT_EQ(on.write({"hello"}), 5U);
    on.finish();
    EXPECT_EQ(on.take_sent(),
              "HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain; charset=utf-8\r\n"
              "content-length: 40\r\nconnection: close\r\n\r\n"
              "the answer of the service was malformed\n")
        << fields[0].first << ": " << fields[0].second;
    EXPECT_EQ(on.last().closed, SLIPRING_INTERNAL);
    EXPECT_TRUE(on.link.finished);
    EXPECT_EQ(on.counted.bad_responses, 1U);
  }
}

TEST(Http1Response, ACodeThatIsNoneIs500) {
  for (const std::uint32_t code : {0U, 99U, 101U, 600U, 1000U}) {
    Connection on;
    on.client_says(request("GET", "1.1"));
    on.respond(code, 0);
    on.turn();
    EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 500 ")) << code;
    EXPECT_EQ(on.last().closed, SLIPRING_INTERNAL);
  }
}

TEST(Http1Response, TrailersThatWouldSplitBreakItOff) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, unknown);
  on.take_sent();
  on.finish({{"x", "a\r\n\r\nHTTP/1.1 200 OK"}});
  EXPECT_EQ(on.take_sent(), "");
  EXPECT_TRUE(on.link.dropped);
  EXPECT_EQ(on.counted.bad_responses, 1U);
}

TEST(Http1Response, AnEndWithoutAHeadIs500) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.finish();
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(on.last().closed, SLIPRING_INTERNAL);
}

TEST(Http1Response, ASecondHeadIsNotSent) {
  Connection on;
  on.client_says(request("GET", "1.1"));
  on.respond(200, 1);
  on.take_sent();
  on.respond(404, 0);
  on.respond(103, 0);
  EXPECT_EQ(on.take_sent(), "");
}

}  // namespace
}  // namespace slipring::web
