// Requests as the host sees them, those it never sees, and answers.
#include "http2/fakes.hpp"

namespace slipring::web::testing {
namespace {

const Fields get = request_fields("GET", "/path?a=b");
const Fields post = request_fields("POST");

class RequestTest : public Http2Test {
 protected:
  RequestTest() { connect(); }

  // What a request is answered with: its status, or RST_STREAM or GOAWAY with their code.
  std::string answer_to(const Fields &fields, int flags = END_HEADERS | END_STREAM) {
    link = {};
    front.sessions.clear();
    connect();
    sent();
    receive(headers(1, fields, flags));
    return status_sent();
  }

  std::string status_sent() {
    for (const Frame &each : frames_of(link.out)) {
      if (each.type != NGHTTP2_HEADERS) continue;
      const auto fields = decode(each.payload);
      return fields.empty() ? "undecodable" : fields[0].second;
    }
    return refusal();
  }

  static Fields decode(const std::string &block) {
    nghttp2_hd_inflater *inflater = nullptr;
    nghttp2_hd_inflate_new(&inflater);
    Fields fields;
    const auto *at = reinterpret_cast<const std::uint8_t *>(block.data());
    std::size_t left = block.size();
    for (int flags = 0; !(flags & NGHTTP2_HD_INFLATE_FINAL);) {
      nghttp2_nv field;
      const auto used = nghttp2_hd_inflate_hd2(inflater, &field, &flags, at, left, 1);
      if (used < 0) break;
      at += used;
      left -= static_cast<std::size_t>(used);
      if (flags & NGHTTP2_HD_INFLATE_EMIT) {
        fields.emplace_back(std::string(reinterpret_cast<char *>(field.name), field.namelen),
                            std::string(reinterpret_cast<char *>(field.value), field.valuelen));
      }
    }
    nghttp2_hd_inflate_del(inflater);
    return fields;
  }

  std::string first_head_sent() {
    std::string text;
    for (const Frame &each : frames_of(link.out)) {
      if (each.type != NGHTTP2_HEADERS) continue;
      for (const auto &[name, value] : decode(each.payload)) {
        if (name != "date") text.append(name).append(": ").append(value).append("; ");
      }
      break;
    }
    return text;
  }
};

TEST_F(RequestTest, ReachTheHostWithoutFieldsOfFraming) {
  receive(headers(1, with(get, {{"accept", "*/*"},
                                {"te", "trailers"},
                                {"cookie", "a=1"},
                                {"host", "example.org"},
                                {"x-empty", ""},
                                {"cookie", "b=2"}})));
  EXPECT_EQ(seen(1).head,
            "GET http example.org /path?a=b; accept: */*; cookie: a=1; b=2; x-empty: ");
  EXPECT_EQ(seen(1).length, 0u);
  EXPECT_EQ(requests, 1u);
}

TEST_F(RequestTest, MayNameTheHostInTheOldWay) {
  receive(headers(1, with(without(get, ":authority"), {{"host", "[::1]:80"}})));
  EXPECT_EQ(seen(1).head, "GET http [::1]:80 /path?a=b");
}

TEST_F(RequestTest, MayAskForEverything) {
  receive(headers(1, request_fields("OPTIONS", "*")));
  EXPECT_EQ(seen(1).head, "OPTIONS http example.org *");
}

TEST_F(RequestTest, ThatAreMalformedAreReset) {
  const std::vector<std::pair<const char *, Fields>> cases = {
      {"8.2: upper case", with(get, {{"Accept", "x"}})},
      {"8.2: an empty name", with(get, {{"", "x"}})},
      {"8.2.1: a space in a name", with(get, {{"a b", "x"}})},
      {"8.2.1: a colon in a name", with(get, {{"a:b", "x"}})},
      {"8.2.1: NUL in a value", with(get, {{"a", std::string("x\0y", 3)}})},
      {"8.2.1: CR in a value", with(get, {{"a", "x\ry"}})},
      {"8.2.1: LF in a value", with(get, {{"a", "x\ny"}})},
      {"8.2.1: a space before a value", with(get, {{"a", " x"}})},
      {"8.2.1: a tab behind a value", with(get, {{"a", "x\t"}})},
      {"8.2.2: connection", with(get, {{"connection", "close"}})},
      {"8.2.2: keep-alive", with(get, {{"keep-alive", "1"}})},
      {"8.2.2: proxy-connection", with(get, {{"proxy-connection", "close"}})},
      {"8.2.2: transfer-encoding", with(post, {{"transfer-encoding", "chunked"}})},
      {"8.2.2: upgrade", with(get, {{"upgrade", "websocket"}})},
      {"8.2.2: te that is not trailers", with(get, {{"te", "gzip"}})},
      {"8.3: no fields at all", {}},
      {"8.3: no method", without(get, ":method")},
      {"8.3: no scheme", without(get, ":scheme")},
      {"8.3: no path", without(get, ":path")},
      {"8.3.1: no authority", without(get, ":authority")},
      {"8.3: two methods", with({{":method", "GET"}}, get)},
      {"8.3: two paths", with({{":path", "/"}}, get)},
      {"8.3: two schemes", with({{":scheme", "http"}}, get)},
      {"8.3: two authorities", with({{":authority", "example.org"}}, get)},
      {"8.3: two hosts", with(get, {{"host", "example.org"}, {"host", "example.org"}})},
      {"8.3: a pseudo-field behind a field", with({{"a", "b"}}, get)},
      {"8.3: a pseudo-field of responses", with({{":status", "200"}}, get)},
      {"8.3: an unknown pseudo-field", with({{":version", "2"}}, get)},
      {"8.3.1: an empty path", with(without(get, ":path"), {{":path", ""}})},
      {"8.3.1: an asterisk without OPTIONS", request_fields("GET", "*")},
      {"8.3.1: a path without a slash", request_fields("GET", "path")},
      {"8.3.1: an absolute target", request_fields("GET", "http://example.org/")},
      {"8.3.1: a fragment", request_fields("GET", "/a#b")},
      {"8.3.1: a space in the path", request_fields("GET", "/a b")},
      {"8.3.1: a broken escape", request_fields("GET", "/%4")},
      {"8.3.1: a byte that is not ASCII", request_fields("GET", "/\xc3\xa9")},
      {"8.3.1: an authority with a user",
       with(without(get, ":authority"), {{":authority", "me@example.org"}})},
      {"8.3.1: an empty authority", with(without(get, ":authority"), {{":authority", ""}})},
      {"8.3.1: a host that differs", with(get, {{"host", "example.com"}})},
      {"8.3.1: a method that is no token", request_fields("G T")},
      {"8.1.1: a content-length that is no number", with(post, {{"content-length", "1x"}})},
      {"8.1.1: two content-lengths",
       with(post, {{"content-length", "1"}, {"content-length", "1"}})},
      {"8.1.1: a content-length without a body", with(post, {{"content-length", "1"}})},
      {"4 (8441): a protocol without CONNECT", with({{":protocol", "websocket"}}, get)},
      {"8.5: CONNECT with a path", request_fields("CONNECT")},
  };
  for (const auto &[what, fields] : cases) {
    auto ordered = fields;  // pseudo-fields first, but where their order is what is wrong
    if (std::string_view(what) != "8.3: a pseudo-field behind a field") {
      std::stable_partition(ordered.begin(), ordered.end(),
                            [](const auto &field) { return field.first.starts_with(':'); });
    }
    EXPECT_EQ(answer_to(ordered), "RST_STREAM PROTOCOL_ERROR") << what;
    EXPECT_TRUE(front.sessions.empty()) << what;
    EXPECT_FALSE(link.finished) << what;
  }
  EXPECT_EQ(bad_requests, cases.size());
}

TEST_F(RequestTest, ThatAreRefusedAreAnswered) {
  settings_.http.target = 100;
  settings_.http.head = 400;
  settings_.http.fields = 10;
  settings_.http.body = 1000;
  const Fields many(8, {"a", "b"});
  const std::vector<std::tuple<const char *, Fields, const char *>> cases = {
      {"a long target", request_fields("GET", "/" + std::string(100, 'x')), "414"},
      {"large fields", with(get, Fields(4, {"a", std::string(100, 'x')})), "431"},
      {"many fields", with(get, many), "431"},
      {"a large body", with(post, {{"content-length", "1001"}}), "413"},
      {"another scheme",
       {{":method", "GET"}, {":scheme", "ftp"}, {":authority", "a"}, {":path", "/"}},
       "400"},
      {"plain CONNECT", {{":method", "CONNECT"}, {":authority", "a:1"}}, "501"},
      {"another protocol", with({{":protocol", "connect-udp"}}, request_fields("CONNECT")), "501"},
      {"another expectation", with(get, {{"expect", "200-maybe"}}), "417"},
  };
  for (const auto &[what, fields, code] : cases) {
    EXPECT_EQ(answer_to(fields, END_HEADERS), code) << what;
    EXPECT_TRUE(front.sessions.empty()) << what;
  }
  EXPECT_EQ(bad_requests, cases.size());
}

TEST_F(RequestTest, ThatAreRefusedNeedNotBeSentWhole) {
  settings_.http.body = 10;
  answer_to(with(post, {{"content-length", "11"}}), END_HEADERS);
  const auto frames = sent();
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[1].type, NGHTTP2_DATA);
  EXPECT_EQ(frames[1].payload, "the request body is too large\n");
  EXPECT_EQ(frames[2].type, NGHTTP2_RST_STREAM);
  EXPECT_EQ(frames[2].number(), std::uint32_t{NGHTTP2_NO_ERROR});
}

TEST_F(RequestTest, ThatTheHostRefusesAreAnsweredInItsWords) {
  front.refuse_with = SLIPRING_UNAVAILABLE;
  EXPECT_EQ(answer_to(get), "503");
  EXPECT_EQ(first_head_sent(),
            ":status: 503; content-type: text/plain; charset=utf-8; retry-after: 1; "
            "content-length: 10; ");
  EXPECT_EQ(body_sent(1), "not today\n");
}

TEST_F(RequestTest, ThatNobodyVouchesForAreChallengedWithAProblem) {
  front.refuse_with = SLIPRING_UNAUTHENTICATED;
  EXPECT_EQ(answer_to(with(get, {{"authorization", "Bearer a"}})), "401");
  const std::string body =
      R"({"type":"about:blank","title":"Unauthorized","status":401,"detail":"not today"})";
  EXPECT_EQ(first_head_sent(),
            ":status: 401; content-type: application/problem+json; "
            "www-authenticate: Bearer error=\"invalid_token\"; content-length: " +
                std::to_string(body.size() + 1) + "; ");
  EXPECT_EQ(body_sent(1), body + '\n');
}

TEST_F(RequestTest, AreAnsweredAndThenClosedOnce) {
  receive(headers(1, get));
  sent();
  respond(1, 200, 5, {{"content-type", "a/b"}, {"connection", "close"}, {"content-length", "7"}});
  EXPECT_EQ(write(1, "hello"), 5u);
  finish(1);
  EXPECT_EQ(first_head_sent(), ":status: 200; content-type: a/b; content-length: 5; ");
  EXPECT_EQ(body_sent(1), "hello");
  EXPECT_EQ(frames_of(link.out).back().flags, END_STREAM);
  EXPECT_TRUE(seen(1).closed.empty()) << "not from inside the host's call";
  round();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
  http2->lost();
  EXPECT_EQ(seen(1).closed.size(), 1u);
}

TEST_F(RequestTest, MayBeAnsweredWithProvisionalHeadsAndTrailers) {
  receive(headers(1, get));
  sent();
  respond(1, 103, 0, {{"link", "</a>"}});
  respond(1, 200);
  write(1, "x");
  finish(1, {{"grpc-status", "0"}, {"connection", "close"}});
  const auto frames = sent();
  ASSERT_EQ(frames.size(), 4u);
  EXPECT_EQ(frames[0].type, NGHTTP2_HEADERS);
  EXPECT_EQ(frames[1].type, NGHTTP2_HEADERS);
  EXPECT_EQ(frames[2].payload, "x");
  EXPECT_EQ(frames[3].type, NGHTTP2_HEADERS);
  EXPECT_EQ(frames[3].flags, END_STREAM | END_HEADERS);
  round();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
}

TEST_F(RequestTest, WithHeadGetNoBody) {
  receive(headers(1, request_fields("HEAD")));
  sent();
  respond(1, 200, 5);
  EXPECT_EQ(write(1, "hello"), 5u);
  finish(1);
  const auto frames = sent();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].flags, END_STREAM | END_HEADERS);
  round();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
}

TEST_F(RequestTest, AnsweredWith204Or304GetNoBody) {
  for (const std::uint32_t code : {204u, 304u}) {
    receive(headers(code == 204 ? 1 : 3, get));
    sent();
    respond(front.last, code, 0);
    finish(front.last);
    EXPECT_EQ(first_head_sent(), ":status: " + std::to_string(code) + "; ");
    EXPECT_EQ(sent().back().flags, END_STREAM | END_HEADERS);
  }
}

TEST_F(RequestTest, AnAnswerThatCannotBeSentIs500) {
  receive(headers(1, get));
  sent();
  respond(1, 200, 0, {{"a", "b\r\nset-cookie: x"}});
  EXPECT_EQ(status_sent(), "500");
  round();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_INTERNAL});
}

TEST_F(RequestTest, ThatTheClientCancelsAreClosed) {
  receive(headers(1, get) + reset(1));
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_CANCELLED});
}

TEST_F(RequestTest, MayBeSpokenOfUntilTheHostKnowsTheirEnd) {
  receive(headers(1, post, END_HEADERS));
  seen(1).exchange->reset(SLIPRING_INTERNAL);
  sent();
  respond(1);
  EXPECT_EQ(write(1, "x"), 1u);
  finish(1);
  seen(1).exchange->set_reading(false);
  seen(1).exchange->set_reading(true);
  seen(1).exchange->reset(SLIPRING_CANCELLED);
  EXPECT_TRUE(sent().empty());
  round();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_INTERNAL});
}

TEST_F(RequestTest, WithoutABodyAreWholeAtOnce) {
  receive(headers(1, get) + headers(3, with(post, {{"content-length", "0"}}), END_HEADERS) +
          data(3, "", END_STREAM));
  for (const slipring_session each : {1, 2}) {
    EXPECT_EQ(seen(each).length, 0u);
    EXPECT_FALSE(seen(each).ended) << "length 0 said it";
  }
}

TEST_F(RequestTest, ThatTheHostBreaksOffAreReset) {
  const std::map<slipring_status, std::string> codes = {
      {SLIPRING_CANCELLED, "CANCEL"},        {SLIPRING_DEADLINE_EXCEEDED, "CANCEL"},
      {SLIPRING_UNAVAILABLE, "CANCEL"},      {SLIPRING_RESOURCE_EXHAUSTED, "ENHANCE_YOUR_CALM"},
      {SLIPRING_INTERNAL, "INTERNAL_ERROR"}, {SLIPRING_UNKNOWN, "INTERNAL_ERROR"},
  };
  std::uint32_t id = 1;
  for (const auto &[status, code] : codes) {
    receive(headers(id, get));
    id += 2;
    respond(front.last);
    sent();
    seen(front.last).exchange->reset(status);
    EXPECT_EQ(refusal(), "RST_STREAM " + code);
    EXPECT_TRUE(seen(front.last).closed.empty());
    round();
    EXPECT_EQ(seen(front.last).closed, std::vector<slipring_status>{status});
  }
}

TEST_F(RequestTest, AreClosedWhenTheConnectionIsLost) {
  receive(headers(1, get) + headers(3, post, END_HEADERS));
  http2->lost();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_CANCELLED});
  EXPECT_EQ(seen(2).closed, std::vector<slipring_status>{SLIPRING_CANCELLED});
}

TEST_F(RequestTest, ThatAreWholeAreStillAnsweredBehindTheClientsFin) {
  receive(headers(1, get) + headers(3, post, END_HEADERS));
  http2->peer_ended();
  EXPECT_EQ(seen(2).closed, std::vector<slipring_status>{SLIPRING_CANCELLED});
  EXPECT_FALSE(link.finished);
  respond(1, 204, 0);
  round();
  EXPECT_EQ(seen(1).closed, std::vector<slipring_status>{SLIPRING_OK});
  EXPECT_TRUE(link.finished);
}

TEST_F(RequestTest, ComeOutTheSameHoweverTheyAreCut) {
  const std::string bytes = preface + headers(1, with(post, {{"a", "b"}}), 0) +
                            frame(NGHTTP2_CONTINUATION, END_HEADERS, 1, block({{"c", "d"}})) +
                            data(1, "hello ") + headers(3, get) +
                            data(1, std::string("\x02world\0\0", 8), PADDED) +
                            headers(1, {{"t", "u"}}) + frame(NGHTTP2_PING, 0, 0, "12345678");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    link = {};
    front.sessions.clear();
    front.last = 0;
    connect(bytes.substr(0, cut));
    receive(bytes.substr(cut));
    EXPECT_EQ(seen(1).head, "POST http example.org /; a: b; c: d") << cut;
    EXPECT_EQ(seen(1).body, "hello world") << cut;
    EXPECT_EQ(seen(1).trailers, "; t: u") << cut;
    EXPECT_TRUE(seen(1).ended) << cut;
    EXPECT_EQ(seen(2).head, "GET http example.org /path?a=b") << cut;
    EXPECT_EQ(sent(NGHTTP2_PING).size(), 1u) << cut;
  }
}

}  // namespace
}  // namespace slipring::web::testing
