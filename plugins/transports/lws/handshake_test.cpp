#include "handshake.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <slipring/cpp/bytes.hpp>
#include <string>

namespace slipring::websocket {
namespace {

using State = HandshakeParser::State;

constexpr std::size_t limit = 1024;

const std::string good =
    "GET /echo?a=b HTTP/1.1\r\n"
    "Host: example.org:8080\r\n"
    "Upgrade: websocket\r\n"
    "Connection: keep-alive, Upgrade\r\n"
    "Origin: https://example.org\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: one, two\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "\r\n";

std::string replaced(std::string text, const std::string &what, const std::string &with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, text.npos) << what;
  return text.replace(at, what.size(), with);
}

// The good request with the line that begins with `name` replaced by `line`.
std::string with_line(const std::string &name, const std::string &line) {
  const std::size_t begin = good.find("\r\n" + name) + 2;
  const std::size_t end = good.find("\r\n", begin) + 2;
  return good.substr(0, begin) + line + good.substr(end);
}

std::string with_more(const std::string &lines) {
  return replaced(good, "Host", lines + "Host");
}

// 101 when the request is accepted, 0 when more is waited for.
int status_of(std::string_view request) {
  HandshakeParser parser(limit);
  switch (parser.feed(request)) {
    case State::complete:
      return 101;
    case State::incomplete:
      return 0;
    case State::refused:
      return parser.error().status;
  }
  return -1;
}

TEST(Handshake, OfABrowserIsUnderstood) {
  HandshakeParser parser(limit);
  ASSERT_EQ(parser.feed(good), State::complete);
  EXPECT_EQ(parser.handshake().path, "/echo");
  EXPECT_EQ(parser.handshake().query, "a=b");
  EXPECT_EQ(parser.handshake().authority, "example.org:8080");
  EXPECT_EQ(parser.handshake().origin, "https://example.org");
  EXPECT_EQ(parser.handshake().subprotocols, "one, two");
  EXPECT_EQ(parser.handshake().key, "dGhlIHNhbXBsZSBub25jZQ==");
}

TEST(Handshake, FieldsWithCredentialsAreKeptInOrder) {
  HandshakeParser parser(limit);
  const std::string more =
      "AUTHORIZATION: Bearer a\r\nCookie: b=c\r\nX-Other: d\r\ncookie: e=f\r\n"
      "Sec-Fetch-Site: same-origin\r\n";
  ASSERT_EQ(parser.feed(with_more(more)), State::complete);
  std::string seen;
  for (const slipring_field &field : parser.handshake().fields) {
    seen.append(sdk::view(field.name)).append("=").append(sdk::view(field.value)).append(";");
  }
  EXPECT_EQ(seen, "authorization=Bearer a;cookie=b=c;cookie=e=f;sec-fetch-site=same-origin;");
}

TEST(Handshake, MayArriveInAnyPieces) {
  for (std::size_t size = 1; size < good.size(); ++size) {
    HandshakeParser parser(limit);
    State state = State::incomplete;
    for (std::size_t at = 0; at < good.size(); at += size) {
      ASSERT_EQ(state, State::incomplete);
      state = parser.feed(std::string_view(good).substr(at, size));
    }
    EXPECT_EQ(state, State::complete) << size;
    EXPECT_EQ(parser.handshake().path, "/echo");
  }
}

TEST(Handshake, MayComeInOtherWords) {
  EXPECT_EQ(status_of(with_line("Upgrade", "uPGRADE:\t WebSocket \r\n")), 101);
  EXPECT_EQ(status_of(with_line("Upgrade", "Upgrade: h2c, websocket\r\n")), 101);
  EXPECT_EQ(status_of(with_line("Connection", "Connection: keep-alive\r\nConnection: upgrade\r\n")),
            101);
  EXPECT_EQ(status_of(with_line("Host", "Host: [2001:db8::1]:80\r\n")), 101);
  EXPECT_EQ(status_of(with_line("Origin", "")), 101);
  EXPECT_EQ(status_of(with_line("Sec-WebSocket-Protocol", "")), 101);
  EXPECT_EQ(status_of("\r\n" + good), 101);
  EXPECT_EQ(status_of(with_more("X-Empty:\r\nX-Latin: \xe9\r\n")), 101);
}

TEST(Handshake, JoinsTheOffersOfSeveralFields) {
  HandshakeParser parser(limit);
  ASSERT_EQ(parser.feed(with_more("sec-websocket-protocol: zero\r\n")), State::complete);
  EXPECT_EQ(parser.handshake().subprotocols, "zero, one, two");
}

TEST(Handshake, WithBrokenSyntaxIs400) {
  const std::map<std::string, std::string> requests = {
      {"bare LF", replaced(good, "\r\nHost", "\nHost")},
      {"bare CR", replaced(good, "keep-alive", "keep\ralive")},
      {"NUL", replaced(good, "keep-alive", std::string("keep\0alive", 10))},
      {"DEL", replaced(good, "keep-alive", "keep\x7f")},
      {"folded line", with_more("X: a\r\n b\r\n")},
      {"space before the colon", with_more("X : a\r\n")},
      {"field without a colon", with_more("X\r\n")},
      {"field without a name", with_more(": x\r\n")},
      {"two spaces in the request line", replaced(good, "GET ", "GET  ")},
      {"a request line of two words", replaced(good, " HTTP/1.1", "")},
      {"a space at the end of the request line", replaced(good, "HTTP/1.1", "HTTP/1.1 ")},
      {"a method that is no token", replaced(good, "GET", "G(T")},
      {"a version that is none", replaced(good, "HTTP/1.1", "HTTP/11")},
      {"a version in small letters", replaced(good, "HTTP/1.1", "http/1.1")},
      {"two empty lines before", "\r\n\r\n" + good},
      {"a TLS hello", std::string("\x16\x03\x01\x00\xfa", 5)},
  };
  for (const auto &[what, request] : requests) EXPECT_EQ(status_of(request), 400) << what;
}

TEST(Handshake, WithAnAmbiguousMeaningIs400) {
  const std::map<std::string, std::string> requests = {
      {"absolute-form", replaced(good, "/echo?", "http://example.org/echo?")},
      {"asterisk-form", replaced(good, "/echo?a=b", "*")},
      {"a fragment", replaced(good, "/echo?", "/echo#?")},
      {"half an escape", replaced(good, "/echo?", "/ech%6?")},
      {"a byte above ASCII in the target", replaced(good, "/echo?", "/ech\xc3\xb6?")},
      {"no Host", with_line("Host", "")},
      {"an empty Host", with_line("Host", "Host:\r\n")},
      {"two Hosts", with_more("Host: example.org:8080\r\n")},
      {"a Host with user information", with_line("Host", "Host: a@example.org\r\n")},
      {"a Host with a path", with_line("Host", "Host: example.org/x\r\n")},
      {"a Host list", with_line("Host", "Host: a b\r\n")},
      {"two Origins", with_more("Origin: null\r\n")},
      {"Content-Length", with_more("Content-Length: 3\r\n")},
      {"Transfer-Encoding", with_more("Transfer-Encoding: chunked\r\n")},
      {"data before the answer", good + "x"},
  };
  for (const auto &[what, request] : requests) EXPECT_EQ(status_of(request), 400) << what;
}

TEST(Handshake, WithAWrongKeyIs400) {
  for (const char *line : {"", "Sec-WebSocket-Key:\r\n", "Sec-WebSocket-Key: YWJj\r\n",
                           "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!!!\r\n",
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=\r\n",
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: "
                           "dGhlIHNhbXBsZSBub25jZQ==\r\n"}) {
    EXPECT_EQ(status_of(with_line("Sec-WebSocket-Key", line)), 400) << line;
  }
}

TEST(Handshake, WithWrongOffersIs400) {
  for (const char *offers : {"", ",", "one,", "one,,two", "one two", "one, one", "o(ne"}) {
    const std::string line = std::string("Sec-WebSocket-Protocol: ") + offers + "\r\n";
    EXPECT_EQ(status_of(with_line("Sec-WebSocket-Protocol", line)), 400) << offers;
  }
}

TEST(Handshake, ThatIsNoUpgradeIs426) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 426);
  EXPECT_EQ(status_of(with_line("Upgrade", "Upgrade: h2c\r\n")), 426);
  EXPECT_EQ(status_of(with_line("Connection", "Connection: keep-alive\r\n")), 426);
  EXPECT_EQ(status_of(with_line("Sec-WebSocket-Version", "")), 426);
  EXPECT_EQ(status_of(with_line("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8\r\n")), 426);
  EXPECT_EQ(status_of(replaced(good, "HTTP/1.1", "HTTP/1.0")), 426);
}

TEST(Handshake, WithAnotherMethodIs405AndWithAnUnknownOne501) {
  EXPECT_EQ(status_of(replaced(good, "GET", "POST")), 405);
  EXPECT_EQ(status_of(replaced(good, "GET", "get")), 501);
  EXPECT_EQ(status_of(replaced(good, "GET", "BREW")), 501);
}

TEST(Handshake, WithAnotherMajorVersionIs505) {
  EXPECT_EQ(status_of(replaced(good, "HTTP/1.1", "HTTP/2.0")), 505);
  EXPECT_EQ(status_of("PRI * HTTP/2.0\r\n\r\n"), 505);
}

TEST(Handshake, OverTheLimitIs414InTheRequestLineAnd431Behind) {
  EXPECT_EQ(status_of("GET /" + std::string(limit, 'x')), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + std::string(limit, 'x')), 431);
  std::string many;
  for (int i = 0; i < 70; ++i) many += "X:\r\n";
  EXPECT_EQ(status_of(with_more(many)), 431);
}

TEST(Handshake, OfExactlyTheLimitIsAccepted) {
  const std::string padded = with_more("X: " + std::string(limit - good.size() - 5, 'x') + "\r\n");
  ASSERT_EQ(padded.size(), limit);
  EXPECT_EQ(status_of(padded), 101);
  EXPECT_EQ(status_of(padded + "x"), 400);
  EXPECT_EQ(status_of(replaced(padded, "xx", "xxx")), 431);
}

TEST(Handshake, ThatIsNotFinishedWaits) {
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(status_of(good.substr(0, size)), 0) << size;
  }
}

TEST(CanonicalRequest, IsAHandshakeWithTheSameKey) {
  HandshakeParser parser(limit);
  const std::string request = canonical_request("dGhlIHNhbXBsZSBub25jZQ==");
  ASSERT_EQ(parser.feed(request), State::complete);
  EXPECT_EQ(parser.handshake().key, "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(parser.handshake().subprotocols, "");
}

TEST(HttpError, SaysWhatToDoInstead) {
  const std::string upgrade = HttpError{.status = 426, .message = "line"}.render();
  EXPECT_TRUE(upgrade.starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
  EXPECT_NE(upgrade.find("\r\nUpgrade: websocket\r\n"), upgrade.npos);
  EXPECT_NE(upgrade.find("\r\nSec-WebSocket-Version: 13\r\n"), upgrade.npos);
  EXPECT_TRUE(upgrade.ends_with("\r\nContent-Length: 5\r\n\r\nline\n"));
  const std::string method = HttpError{.status = 405, .message = ""}.render();
  EXPECT_NE(method.find("\r\nAllow: GET\r\n"), method.npos);
}

TEST(HttpError, ChallengesWhoIsNotKnown) {
  const std::string response =
      HttpError{.status = 401, .message = "who?", .challenge = "Bearer"}.render();
  EXPECT_NE(response.find("\r\nWWW-Authenticate: Bearer\r\n"), response.npos);
}

TEST(HttpError, TheChallengeSaysThatATokenIsWrongToWhoBroughtOne) {
  const auto challenge = [](std::string_view name, std::string_view value) {
    const slipring_field field = {sdk::bytes(name), sdk::bytes(value)};
    return challenge_for({&field, 1});
  };
  EXPECT_EQ(challenge_for({}), "Bearer");
  EXPECT_EQ(challenge("cookie", "Bearer a"), "Bearer");
  EXPECT_EQ(challenge("authorization", "Basic a"), "Bearer");
  EXPECT_EQ(challenge("authorization", "bearer a"), "Bearer error=\"invalid_token\"");
}

TEST(HttpError, AProblemIsJson) {
  EXPECT_EQ(problem(403, "not \"you\""),
            R"({"type":"about:blank","title":"Forbidden","status":403,"detail":"not \"you\""})");
}

TEST(HttpError, CannotBeMadeToSendOtherHeaders) {
  const std::string response = HttpError{.status = 403, .message = "a\r\nSet-Cookie: b"}.render();
  EXPECT_TRUE(response.ends_with("\r\n\r\na  Set-Cookie: b\n"));
}

TEST(HttpError, ToHeadHasNoBody) {
  HandshakeParser parser(limit);
  ASSERT_EQ(parser.feed(replaced(good, "GET", "HEAD")), State::refused);
  EXPECT_EQ(parser.error().status, 405);
  EXPECT_TRUE(parser.error().render().ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace slipring::websocket
