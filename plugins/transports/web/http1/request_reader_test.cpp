// What of a request's head is understood, in whatever pieces it comes, and its limits. What is
// refused for the sake of framing: request_smuggling_test.cpp.
#include "request_reader.hpp"

#include <gtest/gtest.h>

#include <map>
#include <slipring/cpp/bytes.hpp>
#include <string>
#include <vector>

namespace slipring::web {
namespace {

using State = RequestReader::State;

// What came of a request: the status it is refused with, 200 when it was read whole, or 0.
struct Read {
  int status = 0;
  std::string summary;  // of what was read, or why it was refused
  std::string rest;     // bytes behind the head

  bool operator==(const Read &) const = default;
};

std::ostream &operator<<(std::ostream &out, const Read &read) {
  return out << read.status << " " << read.summary << " rest '" << read.rest << "'";
}

std::string text_of(const RequestHead &head) {
  std::string text;
  for (const auto part : {head.method, head.authority, head.path, head.query}) {
    text.append(part).append(" ");
  }
  text += std::to_string(head.version) + " " + std::to_string(head.length);
  for (const slipring_field &field : head.fields) {
    text.append("\n").append(sdk::view(field.name)).append("=").append(sdk::view(field.value));
  }
  return text;
}

Read read_in_pieces(std::string bytes, std::size_t cut, const HttpLimits &limits = {}) {
  RequestReader reader(limits);
  std::span<char> rest(bytes);
  while (!rest.empty()) {
    RequestHead head;
    auto piece = rest.first(std::min(cut, rest.size()));
    const std::size_t offered = piece.size();
    const State state = reader.feed(piece, head);
    rest = rest.subspan(offered - piece.size());
    if (state == State::refused) return {reader.error().status, reader.error().message, {}};
    if (state == State::complete) return {200, text_of(head), {rest.begin(), rest.end()}};
  }
  return {};
}

Read read(const std::string &bytes, const HttpLimits &limits = {}) {
  return read_in_pieces(bytes, bytes.size(), limits);
}

TEST(RequestReader, AHeadIsUnderstood) {
  const Read one = read("GET /a?b=c&d HTTP/1.1\r\nHost: a:80\r\nX-Y:  z \t\r\nEmpty:\r\n\r\nrest");
  EXPECT_EQ(one.summary, "GET a:80 /a b=c&d 11 0\nhost=a:80\nx-y=z\nempty=");
  EXPECT_EQ(one.rest, "rest");
}

TEST(RequestReader, PiecesOfAnySizeGiveTheSame) {
  const std::vector<std::string> requests = {
      "\r\nPOST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX: y\r\n\r\nabcGET /",
      "GET http://a/b HTTP/1.0\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: y\n\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
      "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
      "\x16\x03\x01",
      "GET /",
  };
  for (const std::string &request : requests) {
    const Read whole = read(request);
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      EXPECT_EQ(read_in_pieces(request, cut), whole) << cut << " of " << request;
    }
  }
}

TEST(RequestReader, ATargetMayHaveEveryForm) {
  const std::map<std::string, std::string> summaries = {
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET a /  11 0\nhost=a"},
      {"GET http://b:81/c?d HTTP/1.1\r\nHost: a\r\n\r\n", "GET b:81 /c d 11 0\nhost=a"},
      {"GET HTTPS://b HTTP/1.1\r\nHost: a\r\n\r\n", "GET b /  11 0\nhost=a"},
      {"GET http://b?c HTTP/1.1\r\nHost: a\r\n\r\n", "GET b / c 11 0\nhost=a"},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS a *  11 0\nhost=a"},
      {"OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS b *  11 0\nhost=a"},
      {"GET /a//b;c/%2e%2E?d?/e HTTP/1.1\r\nHost: a\r\n\r\n",
       "GET a /a//b;c/%2e%2E d?/e 11 0\nhost=a"},
  };
  for (const auto &[request, summary] : summaries) EXPECT_EQ(read(request).summary, summary);
}

TEST(RequestReader, OldClientsMayLeaveOutTheHost) {
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n").summary, "GET  /  10 0");
}

TEST(RequestReader, AnEmptyLineMayComeFirst) {
  EXPECT_EQ(read("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  EXPECT_EQ(read("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
}

TEST(RequestReader, NamesOfCodingsAndExpectationsMayBeWrittenLarge) {
  EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n").status, 200);
  EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n").status, 200);
}

bool keeps_alive(const std::string &version, const std::string &fields) {
  std::string bytes = "GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n";
  const HttpLimits limits;
  RequestReader reader(limits);
  RequestHead head;
  std::span<char> rest(bytes);
  EXPECT_EQ(reader.feed(rest, head), State::complete);
  return head.keep_alive;
}

TEST(RequestReader, WhetherTheConnectionGoesOnDependsOnTheVersion) {  // RFC 9112 §9.3
  EXPECT_TRUE(keeps_alive("1.1", ""));
  EXPECT_TRUE(keeps_alive("1.1", "Connection: x, y\r\n"));
  EXPECT_FALSE(keeps_alive("1.1", "Connection: x, close\r\n"));
  EXPECT_FALSE(keeps_alive("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps_alive("1.0", ""));
  EXPECT_TRUE(keeps_alive("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(keeps_alive("1.0", "Connection: keep-alive, close\r\n"));
}

std::string of_size(std::size_t head) {
  std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  text.append(head - text.size() - 4, 'x');
  return text + "\r\n\r\n";
}

TEST(RequestReader, AHeadHasALimit) {
  const HttpLimits limits{.head = 200};
  EXPECT_EQ(read(of_size(200), limits).status, 200);
  EXPECT_EQ(read(of_size(201), limits).status, 431);
  EXPECT_EQ(read_in_pieces(of_size(1000), 1, limits).status, 431);
}

TEST(RequestReader, FieldsHaveALimit) {
  const HttpLimits limits{.fields = 3};
  const std::string two = "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n";
  EXPECT_EQ(read(two + "X: 2\r\n\r\n", limits).status, 200);
  EXPECT_EQ(read(two + "X: 2\r\nX: 3\r\n\r\n", limits).status, 431);
}

TEST(RequestReader, ATargetHasALimit) {
  const HttpLimits limits{.head = 200, .target = 20};
  const std::string rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(read("GET /" + std::string(19, 'a') + rest, limits).status, 200);
  EXPECT_EQ(read("GET /" + std::string(20, 'a') + rest, limits).status, 414);
  EXPECT_EQ(read("GET /" + std::string(500, 'a'), limits).status, 414);
  EXPECT_EQ(read("GET / " + std::string(500, 'a'), limits).status, 414);
}

TEST(RequestReader, AMethodHasALimit) {
  const std::string rest = " / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(read(std::string(32, 'A') + rest).status, 200);
  EXPECT_EQ(read(std::string(33, 'A') + rest).status, 501);
}

TEST(RequestReader, ABodyHasALimit) {
  const HttpLimits limits{.body = 10};
  const std::string begin = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  EXPECT_EQ(read(begin + "10\r\n\r\n", limits).status, 200);
  EXPECT_EQ(read(begin + "11\r\n\r\n", limits).status, 413);
}

TEST(RequestReader, AnAnswerToHeadHasNoBodyEvenWhenItIsRefused) {
  for (const std::string request : {"HEAD / HTTP/1.1\r\n\r\n", "HEAD / HTTP/1.1\r\nX: \n"}) {
    std::string bytes = request;
    const HttpLimits limits;
    RequestReader reader(limits);
    RequestHead head;
    std::span<char> rest(bytes);
    ASSERT_EQ(reader.feed(rest, head), State::refused);
    EXPECT_TRUE(reader.error().without_body);
  }
}

}  // namespace
}  // namespace slipring::web
