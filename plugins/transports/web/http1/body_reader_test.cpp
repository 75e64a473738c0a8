#include "body_reader.hpp"

#include <gtest/gtest.h>

#include <slipring/cpp/bytes.hpp>
#include <string>

namespace slipring::web {
namespace {

using Event = BodyReader::Event;

// What came of a body.
struct Read {
  int status = 0;  // 200 when complete, of the refusal, or 0
  std::string body;
  std::string trailers;
  std::string rest;

  bool operator==(const Read &) const = default;
};

std::ostream &operator<<(std::ostream &out, const Read &read) {
  return out << read.status << " '" << read.body << "' " << read.trailers << " rest " << read.rest;
}

constexpr auto chunked = SLIPRING_LENGTH_UNKNOWN;

Read read(std::uint64_t length, std::string bytes, std::size_t cut = 1 << 20,
          const HttpLimits &limits = {}) {
  BodyReader reader(length, limits);
  Read all;
  std::span<char> rest(bytes);
  while (!reader.complete() && !rest.empty()) {
    auto piece = rest.first(std::min(cut, rest.size()));
    const std::size_t offered = piece.size();
    const BodyReader::Part part = reader.next(piece);
    rest = rest.subspan(offered - piece.size());
    all.body += part.bytes;
    if (part.event == Event::refused) {
      all.status = reader.error().status;
      return all;
    }
  }
  if (!reader.complete()) return all;
  all.status = 200;
  all.rest.assign(rest.begin(), rest.end());
  for (const slipring_field &field : reader.trailers()) {
    all.trailers.append(sdk::view(field.name)).append("=").append(sdk::view(field.value));
    all.trailers += ";";
  }
  return all;
}

TEST(BodyReader, OfAKnownLengthEndsThere) {
  EXPECT_EQ(read(5, "hellorest"), (Read{200, "hello", "", "rest"}));
  EXPECT_EQ(read(5, "hell").status, 0);
  EXPECT_EQ(read(0, "rest"), (Read{200, "", "", "rest"}));
}

TEST(BodyReader, ItsBytesAreNotCopied) {
  std::string bytes = "5\r\nhello\r\n";
  const HttpLimits limits;
  BodyReader reader(chunked, limits);
  std::span<char> rest(bytes);
  const BodyReader::Part part = reader.next(rest);
  EXPECT_EQ(part.event, Event::data);
  EXPECT_EQ(part.bytes.data(), bytes.data() + 3);
  EXPECT_EQ(rest.data(), bytes.data() + 8);
}

TEST(BodyReader, InChunksEndsBehindTheTrailers) {
  EXPECT_EQ(read(chunked, "5\r\nhello\r\n0\r\n\r\nrest"), (Read{200, "hello", "", "rest"}));
  EXPECT_EQ(read(chunked, "0\r\n\r\n"), (Read{200, "", "", ""}));
  EXPECT_EQ(read(chunked, "00A\r\n0123456789\r\n1\r\na\r\n000\r\n\r\n"),
            (Read{200, "0123456789a", "", ""}));
  EXPECT_EQ(read(chunked, "0\r\nX-Sum: 1 \r\nY:\r\n\r\nrest"),
            (Read{200, "", "x-sum=1;y=;", "rest"}));
}

TEST(BodyReader, PiecesOfAnySizeGiveTheSame) {
  for (const std::string body :
       {"5;a=b;c=\"d;\\\"\"\r\nhello\r\n3\r\nabc\r\n0;x\r\nA: b\r\nC: d\r\n\r\nGET /",
        "5\r\nhello0\r\n\r\n", "5\r\nhello\r\n0\r\nHost: a\r\n\r\n", "5;\r\n", "5\r\nhello\r\n"}) {
    const Read whole = read(chunked, body);
    for (std::size_t cut = 1; cut < body.size(); ++cut) {
      EXPECT_EQ(read(chunked, body, cut), whole) << cut << " of " << body;
    }
  }
}

TEST(BodyReader, ExtensionsMayBeWrittenWithSpaces) {  // RFC 9112 §7.1.1
  for (const std::string line : {"1;a", "1 ;a", "1\t; a", "1;a=b", "1;a = b", "1;a=\"b\"",
                                 "1;a=\"\\\"\"", "1;a;b;c=d", "1;a=b ;c"}) {
    EXPECT_EQ(read(chunked, line + "\r\nx\r\n0\r\n\r\n").status, 200) << line;
  }
  for (const std::string line : {"1 ", "1;", "1;a;", "1;=b", "1;a=", "1;a=\"", "1;a=\"b\"c",
                                 "1;a b", "1;a=b c", "1 a", "1;;a", "1;a=b=c"}) {
    EXPECT_EQ(read(chunked, line + "\r\nx\r\n0\r\n\r\n").status, 400) << line;
  }
}

TEST(BodyReader, ASizeLineHasALimit) {
  const HttpLimits limits{.chunk_line = 10};
  EXPECT_EQ(read(chunked, "1;34567890\r\nx\r\n0\r\n\r\n", 99, limits).status, 200);
  EXPECT_EQ(read(chunked, "1;345678901\r\nx\r\n0\r\n\r\n", 99, limits).status, 400);
  EXPECT_EQ(read(chunked, "1;3456789012345678901234567890", 1, limits).status, 400);
}

TEST(BodyReader, ExtensionsHaveALimitInTotal) {
  const HttpLimits limits{.head = 10};
  EXPECT_EQ(read(chunked, "1;abcd\r\nx\r\n1;abcd\r\nx\r\n0\r\n\r\n", 99, limits).status, 200);
  EXPECT_EQ(read(chunked, "1;abcd\r\nx\r\n1;abcd\r\nx\r\n0;a\r\n\r\n", 99, limits).status, 400);
}

TEST(BodyReader, ABodyHasALimit) {
  const HttpLimits limits{.body = 6};
  EXPECT_EQ(read(chunked, "3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n", 99, limits).status, 200);
  EXPECT_EQ(read(chunked, "3\r\nabc\r\n4\r\nabcd\r\n0\r\n\r\n", 99, limits),
            (Read{413, "abc", "", ""}));
  EXPECT_EQ(read(chunked, "ffffffffffffffff\r\n", 99, limits).status, 413);
}

TEST(BodyReader, TrailersHaveLimits) {
  const HttpLimits small{.head = 20};
  EXPECT_EQ(read(chunked, "0\r\nX: 890123456\r\n\r\n", 99, small).status, 200);
  EXPECT_EQ(read(chunked, "0\r\nX: 89012345678901234567890\r\n\r\n", 99, small).status, 431);
  EXPECT_EQ(read(chunked, "0\r\nX: 89012345678901234567890\r\n\r\n", 1, small).status, 431);
  const HttpLimits few{.fields = 2};
  EXPECT_EQ(read(chunked, "0\r\nX: 1\r\nY: 1\r\n\r\n", 99, few).status, 200);
  EXPECT_EQ(read(chunked, "0\r\nX: 1\r\nY: 1\r\nZ: 1\r\n\r\n", 99, few).status, 431);
}

TEST(BodyReader, WhatIsLeftIsKnownWhereItsLengthIs) {
  const HttpLimits limits;
  BodyReader reader(5, limits);
  std::string bytes = "he";
  std::span<char> rest(bytes);
  reader.next(rest);
  EXPECT_EQ(reader.remaining(), 3U);
  EXPECT_EQ(BodyReader(chunked, limits).remaining(), SLIPRING_LENGTH_UNKNOWN);
}

}  // namespace
}  // namespace slipring::web
