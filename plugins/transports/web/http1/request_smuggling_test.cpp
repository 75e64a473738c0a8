// Requests that two parsers could read differently, one shape a line: each is answered once by its
// status, the connection closes, and what follows on it is never looked at. The sections are those
// of RFC 9112, or of RFC 9110 where it says so.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;

struct Shape {
  const char *rule;
  const char *section;
  int status;
  std::string request;
};

// A request with one field more.
std::string post(const std::string &field) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n";
}
std::string line(const std::string &request_line) {
  return request_line + "\r\nHost: a\r\n\r\n";
}
std::string chunks(const std::string &body) {
  return post("Transfer-Encoding: chunked") + body;
}

// Sends it and a request behind it, and expects one answer, of that status, and the end.
void expect_refused(const Shape &shape, std::size_t cut) {
  Connection on;
  on.cut = cut;
  on.client_says(shape.request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string what = std::string(shape.rule) + ", " + shape.section;
  EXPECT_TRUE(on.link.sent.starts_with("HTTP/1.1 " + std::to_string(shape.status) + " "))
      << what << ": " << on.link.sent;
  EXPECT_NE(on.link.sent.find("\r\nconnection: close\r\n"), std::string::npos) << what;
  EXPECT_EQ(on.link.sent.find("HTTP/1.1 ", 1), std::string::npos) << what;
  EXPECT_TRUE(on.link.finished) << what;
  EXPECT_EQ(on.counted.bad_requests, 1U) << what;
  for (const http1_test::Seen &seen : on.front.seen) {
    EXPECT_EQ(seen.path, "/") << what;
    EXPECT_FALSE(seen.body_ended) << what;
    EXPECT_GT(seen.closed, SLIPRING_OK) << what;
  }
}

void expect_all_refused(const std::vector<Shape> &shapes) {
  for (const Shape &shape : shapes) {
    for (const std::size_t cut : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
      expect_refused(shape, cut);
    }
  }
}

TEST(RequestSmuggling, ByContentLength) {
  expect_all_refused({
      {"differing", "§6.3", 400, post("Content-Length: 5\r\nContent-Length: 6")},
      {"repeated", "§6.3", 400, post("Content-Length: 5\r\nContent-Length: 5")},
      {"a list", "§6.3", 400, post("Content-Length: 5, 5")},
      {"a differing list", "§6.3", 400, post("Content-Length: 5, 6")},
      {"a list with an empty element", "§6.3", 400, post("Content-Length: 5,")},
      {"with a plus", "RFC 9110 §8.6", 400, post("Content-Length: +5")},
      {"negative", "RFC 9110 §8.6", 400, post("Content-Length: -5")},
      {"hexadecimal", "RFC 9110 §8.6", 400, post("Content-Length: 0x5")},
      {"hexadecimal digits", "RFC 9110 §8.6", 400, post("Content-Length: a")},
      {"empty", "RFC 9110 §8.6", 400, post("Content-Length:")},
      {"with a space within", "RFC 9110 §8.6", 400, post("Content-Length: 5 5")},
      {"a fraction", "RFC 9110 §8.6", 400, post("Content-Length: 5.0")},
      {"an exponent", "RFC 9110 §8.6", 400, post("Content-Length: 5e0")},
      {"quoted", "RFC 9110 §8.6", 400, post("Content-Length: \"5\"")},
      {"over 64 bits", "RFC 9110 §8.6", 400, post("Content-Length: 18446744073709551621")},
      {"many digits", "RFC 9110 §8.6", 400, post("Content-Length: " + std::string(99, '9'))},
      {"with a vertical tab", "§5", 400, post("Content-Length: \v5")},
      {"over the limit", "RFC 9110 §15.5.14", 413, post("Content-Length: 99999999999")},
  });
}

TEST(RequestSmuggling, ByTransferEncoding) {
  expect_all_refused({
      {"with Content-Length", "§6.1", 400, post("Transfer-Encoding: chunked\r\nContent-Length: 5")},
      {"behind Content-Length", "§6.1", 400,
       post("Content-Length: 5\r\nTransfer-Encoding: chunked")},
      {"an unknown coding with Content-Length", "§6.1", 501,
       post("Transfer-Encoding: identity\r\nContent-Length: 5")},
      {"in HTTP/1.0", "§6.1", 400,
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"chunked twice", "§6.1", 400, post("Transfer-Encoding: chunked, chunked")},
      {"chunked in two fields", "§6.1", 400,
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
      {"two fields", "§6.1", 400,
       post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")},
      {"chunked not last", "§6.1", 400, post("Transfer-Encoding: chunked, gzip")},
      {"with another coding", "§6.1", 501, post("Transfer-Encoding: gzip, chunked")},
      {"without chunked", "§6.1", 501, post("Transfer-Encoding: gzip")},
      {"identity", "§6.1", 501, post("Transfer-Encoding: identity")},
      {"a name like chunked", "§6.1", 501, post("Transfer-Encoding: xchunked")},
      {"a name like chunked", "§6.1", 501, post("Transfer-Encoding: chunked-")},
      {"empty", "§7", 400, post("Transfer-Encoding:")},
      {"an empty element before", "§7", 400, post("Transfer-Encoding: , chunked")},
      {"an empty element behind", "§7", 400, post("Transfer-Encoding: chunked,")},
      {"with a parameter", "§7.1", 400, post("Transfer-Encoding: chunked;a=b")},
      {"quoted", "§7", 400, post("Transfer-Encoding: \"chunked\"")},
      {"two words", "§7", 400, post("Transfer-Encoding: chunked chunked")},
      {"with a vertical tab", "§5", 400, post("Transfer-Encoding: \vchunked")},
      {"with a NUL", "§5", 400, post(std::string("Transfer-Encoding: chunked\0", 27))},
      {"with a byte above ASCII", "§7", 400, post("Transfer-Encoding: chunked\xa0")},
      {"a space before the colon", "§5.1", 400, post("Transfer-Encoding : chunked")},
      {"a tab before the colon", "§5.1", 400, post("Transfer-Encoding\t: chunked")},
      {"folded", "§5.2", 400, post("Transfer-Encoding:\r\n chunked")},
      {"a folded field before", "§5.2", 400, post("X: y\r\n Transfer-Encoding: chunked")},
      {"behind a bare LF", "§2.2", 400, post("X: y\nTransfer-Encoding: chunked")},
      {"behind a bare CR", "§2.2", 400, post("X: y\rTransfer-Encoding: chunked")},
  });
}

TEST(RequestSmuggling, ByLinesAndFields) {
  expect_all_refused({
      {"bare LF behind the request line", "§2.2", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
      {"bare LF behind a field", "§2.2", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
      {"bare LF for the empty line", "§2.2", 400, "GET / HTTP/1.1\r\nHost: a\r\n\n"},
      {"bare CR in a field", "§2.2", 400, post("X: a\rb")},
      {"bare CR in the request line", "§2.2", 400, line("GET /\r HTTP/1.1")},
      {"CR CR LF", "§2.2", 400, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"},
      {"several empty lines before", "§2.2", 400, "\r\n\r\n" + line("GET / HTTP/1.1")},
      {"a bare LF before", "§2.2", 400, "\n" + line("GET / HTTP/1.1")},
      {"white space before the first field", "§2.2", 400,
       "GET / HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n"},
      {"a folded line", "§5.2", 400, post("X: a\r\n b")},
      {"folded by a tab", "§5.2", 400, post("X: a\r\n\tb")},
      {"a space before the colon", "§5.1", 400, post("X : a")},
      {"a space within a name", "§5.1", 400, post("X Y: a")},
      {"no colon", "§5", 400, post("X")},
      {"an empty name", "§5", 400, post(": a")},
      {"a separator in a name", "§5", 400, post("X(Y): a")},
      {"a byte above ASCII in a name", "§5", 400, post("X\xe9: a")},
      {"NUL in a name", "§5", 400, post(std::string("X\0Y: a", 6))},
      {"NUL in a value", "RFC 9110 §5.5", 400, post(std::string("X: a\0b", 6))},
      {"a control byte in a value", "RFC 9110 §5.5", 400, post("X: a\x01")},
      {"DEL in a value", "RFC 9110 §5.5", 400, post("X: a\x7f")},
      {"a malformed Connection", "RFC 9110 §7.6.1", 400, post("Connection: (close)")},
      {"an unknown expectation", "RFC 9110 §10.1.1", 417, post("Expect: 200-ok")},
      {"two expectations", "RFC 9110 §10.1.1", 417, post("Expect: 100-continue, x")},
  });
}

TEST(RequestSmuggling, ByHost) {
  expect_all_refused({
      {"none", "§3.2", 400, "GET / HTTP/1.1\r\n\r\n"},
      {"two", "§3.2", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"twice the same", "§3.2", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
      {"two in HTTP/1.0", "§3.2", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"bad in HTTP/1.0", "§3.2", 400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"},
      {"empty", "§3.2", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
      {"a list", "§3.2", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
      {"with user information", "RFC 9110 §4.2.4", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
      {"with a path", "RFC 9110 §7.2", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
      {"with a bad port", "RFC 9110 §7.2", 400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"},
      {"with two ports", "RFC 9110 §7.2", 400, "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"},
      {"an address that does not end", "RFC 9110 §7.2", 400,
       "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"},
      {"none beside an absolute target", "§3.2.2", 400, "GET http://a/ HTTP/1.1\r\n\r\n"},
  });
}

TEST(RequestSmuggling, ByTheRequestLine) {
  expect_all_refused({
      {"two words", "§3", 400, line("GET /")},
      {"two spaces", "§3", 400, line("GET  / HTTP/1.1")},
      {"a space at the end", "§3", 400, line("GET / HTTP/1.1 ")},
      {"a space at the beginning", "§3", 400, line(" GET / HTTP/1.1")},
      {"a tab", "§3", 400, line("GET\t/ HTTP/1.1")},
      {"a space in the target", "§3.2", 400, line("GET /a b HTTP/1.1")},
      {"a method that is no token", "RFC 9110 §9.1", 400, line("G@T / HTTP/1.1")},
      {"a method in small letters", "RFC 9110 §9.1", 501, line("get / HTTP/1.1")},
      {"a method in mixed letters", "RFC 9110 §9.1", 501, line("Get / HTTP/1.1")},
      {"a method of 33 bytes", "§3", 501, line(std::string(33, 'A') + " / HTTP/1.1")},
      {"CONNECT", "§3.2.3", 501, line("CONNECT a:80 HTTP/1.1")},
      {"authority form", "§3.2.3", 400, line("GET a:80 HTTP/1.1")},
      {"asterisk form", "§3.2.4", 400, line("GET * HTTP/1.1")},
      {"another scheme", "§3.2.2", 400, line("GET ftp://a/ HTTP/1.1")},
      {"absolute form with user information", "RFC 9110 §4.2.4", 400,
       line("GET http://u@a/ HTTP/1.1")},
      {"absolute form without authority", "RFC 9110 §4.2.1", 400, line("GET http:/// HTTP/1.1")},
      {"a fragment", "§3.2", 400, line("GET /#a HTTP/1.1")},
      {"a fragment behind a query", "§3.2", 400, line("GET http://a?b#c HTTP/1.1")},
      {"a percent sign by itself", "RFC 3986 §2.1", 400, line("GET /%zz HTTP/1.1")},
      {"a byte above ASCII in the target", "§3.2", 400, line("GET /\xe9 HTTP/1.1")},
      {"NUL in the target", "§3.2", 400, line(std::string("GET /\0 HTTP/1.1", 15))},
      {"a version of one number", "§2.3", 400, line("GET / HTTP/1")},
      {"a version of three", "§2.3", 400, line("GET / HTTP/1.1.1")},
      {"a version in small letters", "§2.3", 400, line("GET / http/1.1")},
      {"a version with a comma", "§2.3", 400, line("GET / HTTP/1,1")},
      {"a version of two digits", "§2.3", 400, line("GET / HTTP/1.10")},
      {"HTTP/0.9", "RFC 9110 §15.6.6", 505, line("GET / HTTP/0.9")},
      {"HTTP/1.2", "RFC 9110 §15.6.6", 505, line("GET / HTTP/1.2")},
      {"HTTP/2.0", "RFC 9110 §15.6.6", 505, line("GET / HTTP/2.0")},
      {"HTTP/9.9", "RFC 9110 §15.6.6", 505, line("GET / HTTP/9.9")},
      {"a TLS hello", "§3", 400, std::string("\x16\x03\x01\x00\xfa", 5)},
  });
}

TEST(RequestSmuggling, ByChunks) {
  expect_all_refused({
      {"a size that is none", "§7.1", 400, chunks("x\r\n")},
      {"an empty size", "§7.1", 400, chunks("\r\n")},
      {"an empty size with an extension", "§7.1", 400, chunks(";a\r\n")},
      {"a size with 0x", "§7.1", 400, chunks("0x5\r\nhello\r\n")},
      {"a size with a plus", "§7.1", 400, chunks("+5\r\nhello\r\n")},
      {"a negative size", "§7.1", 400, chunks("-5\r\nhello\r\n")},
      {"a space before a size", "§7.1", 400, chunks(" 5\r\nhello\r\n")},
      {"a space behind a size", "§7.1", 400, chunks("5 \r\nhello\r\n")},
      {"a size over 64 bits", "§7.1", 400, chunks("10000000000000005\r\nhello\r\n")},
      {"a size of many zeros", "§7.1", 400, chunks(std::string(17, '0') + "5\r\nhello\r\n")},
      {"bare LF behind a size", "§7.1", 400, chunks("5\nhello\r\n")},
      {"bare CR behind a size", "§7.1", 400, chunks("5\rhello\r\n")},
      {"no CR LF behind a chunk", "§7.1", 400, chunks("5\r\nhello0\r\n\r\n")},
      {"bare LF behind a chunk", "§7.1", 400, chunks("5\r\nhello\n0\r\n\r\n")},
      {"bare CR behind a chunk", "§7.1", 400, chunks("5\r\nhello\rx0\r\n\r\n")},
      {"a chunk longer than its size", "§7.1", 400, chunks("4\r\nhello\r\n")},
      {"an extension without a name", "§7.1.1", 400, chunks("5;\r\nhello\r\n")},
      {"an extension without a value", "§7.1.1", 400, chunks("5;a=\r\nhello\r\n")},
      {"LF in an extension", "§7.1.1", 400, chunks("5;a\nb\r\nhello\r\n")},
      {"CR in an extension", "§7.1.1", 400, chunks("5;a\rb\r\nhello\r\n")},
      {"CR LF in a quoted extension", "§7.1.1", 400, chunks("5;a=\"\r\n\"\r\nhello\r\n")},
      {"an endless extension", "§7.1.1", 400, chunks("5;" + std::string(300, 'a'))},
      {"a chunk over the limit", "RFC 9110 §15.5.14", 413, chunks("fffffff\r\n")},
      {"a trailer that frames", "RFC 9110 §6.5.1", 400, chunks("0\r\nContent-Length: 5\r\n\r\n")},
      {"a trailer that frames", "RFC 9110 §6.5.1", 400,
       chunks("0\r\nTransfer-Encoding: chunked\r\n\r\n")},
      {"a trailer that routes", "RFC 9110 §6.5.1", 400, chunks("0\r\nHost: b\r\n\r\n")},
      {"a trailer that authenticates", "RFC 9110 §6.5.1", 400,
       chunks("0\r\nAuthorization: b\r\n\r\n")},
      {"a folded trailer", "§5.2", 400, chunks("0\r\nX: a\r\n b\r\n\r\n")},
      {"a trailer without a colon", "§5", 400, chunks("0\r\nX\r\n\r\n")},
      {"a space before a trailer's colon", "§5.1", 400, chunks("0\r\nX : a\r\n\r\n")},
      {"bare LF in trailers", "§2.2", 400, chunks("0\r\nX: a\n\r\n")},
      {"NUL in trailers", "RFC 9110 §5.5", 400, chunks(std::string("0\r\nX: \0\r\n\r\n", 11))},
  });
}

TEST(RequestSmuggling, WhatIsRightIsTaken) {
  for (const std::string &request :
       {post("Content-Length: 0"), post("Content-Length: 5") + "hello",
        post("Content-Length: 005") + "hello", chunks("5\r\nhello\r\n0\r\n\r\n"),
        chunks("005;a;b=c ; d = \"e\\\"\" ;f\r\nhello\r\n0\r\nX: y\r\n\r\n"),
        line("GET http://b/ HTTP/1.1"), "\r\n" + line("GET / HTTP/1.1")}) {
    Connection on;
    on.client_says(request);
    ASSERT_EQ(on.front.seen.size(), 1U) << request << on.link.sent;
  }
}

}  // namespace
}  // namespace slipring::web
