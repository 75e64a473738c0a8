// Requests that come before the answer to the one in front of them.
#include <gtest/gtest.h>

#include <string>

#include "fakes.hpp"

namespace slipring::web {
namespace {

using http1_test::Connection;

std::string get(const std::string &path) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string post(const std::string &path, const std::string &body) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

TEST(Http1Pipelining, RequestsAreOpenedOneAtATime) {
  Connection on;
  on.client_says(post("/1", "one") + get("/2") + post("/3", "three"));
  EXPECT_EQ(on.front.seen.size(), 1U);
  EXPECT_FALSE(on.link.reading);
  on.answer(200, "1");
  EXPECT_EQ(on.front.seen.size(), 2U);
  on.answer(200, "2");
  EXPECT_EQ(on.front.seen.size(), 3U);
  EXPECT_TRUE(on.link.reading);
  on.answer(200, "3");
  EXPECT_EQ(on.front.seen[0].body, "one");
  EXPECT_EQ(on.front.seen[2].body, "three");
  EXPECT_EQ(on.take_sent(),
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1"
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n2"
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n3");
}

TEST(Http1Pipelining, TheFirstIsReportedBeforeTheSecondOpens) {
  Connection on;
  on.client_says(get("/1") + get("/2"));
  on.respond(200, 0);
  on.front.exchange->finish({});
  EXPECT_EQ(on.front.seen.size(), 1U);
  on.turn();
  EXPECT_EQ(on.front.seen[0].closed, SLIPRING_OK);
  EXPECT_EQ(on.front.seen.size(), 2U);
}

TEST(Http1Pipelining, WhatComesInTheSameStepFindsTheFirstReported) {
  Connection on;
  on.client_says(get("/1"));
  on.respond(200, 0);
  on.front.exchange->finish({});
  std::string next = get("/2");
  on.protocol.receive(next);
  EXPECT_EQ(on.front.seen[0].closed, SLIPRING_OK);
  EXPECT_EQ(on.front.seen.size(), 2U);
}

TEST(Http1Pipelining, CutAnywhereItIsTheSame) {
  const std::string all = post("/1", "one") + "\r\n" + get("/2") +
                          "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\nabc\r\n0\r\nX: y\r\n\r\n" +
                          get("/4");
  std::string sent;
  std::deque<http1_test::Seen> seen;
  for (std::size_t cut = all.size(); cut > 0; --cut) {
    Connection on;
    on.cut = cut;
    on.client_says(all);
    for (int answers = 0; answers < 4; ++answers) {
      on.answer(200, on.last().path);
    }
    if (cut == all.size()) {
      sent = on.take_sent();
      seen = on.front.seen;
      ASSERT_EQ(seen.size(), 4U);
    } else {
      EXPECT_EQ(on.take_sent(), sent) << cut;
      EXPECT_EQ(on.front.seen, seen) << cut;
    }
  }
}

TEST(Http1Pipelining, BehindAnErrorNothingIsLookedAt) {
  Connection on;
  on.client_says(get("/1") + "GET /2 HTTP/1.1\r\n\r\n" + get("/3"));
  on.answer(200, "1");
  const std::string sent = on.take_sent();
  EXPECT_TRUE(sent.starts_with("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1HTTP/1.1 400 "));
  EXPECT_EQ(on.front.seen.size(), 1U);
  EXPECT_TRUE(on.link.finished);
  on.client_says(get("/4"));
  EXPECT_EQ(on.front.seen.size(), 1U);
}

TEST(Http1Pipelining, BehindTheLastRequestNothingIsLookedAt) {
  Connection on;
  on.client_says("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + get("/2"));
  on.answer(200, "1");
  EXPECT_EQ(on.front.seen.size(), 1U);
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1Pipelining, ADrainingConnectionBeginsNothingNew) {
  Connection on;
  on.client_says(get("/1") + get("/2"));
  on.protocol.drain();
  on.answer(200, "1");
  EXPECT_EQ(on.front.seen.size(), 1U);
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1Pipelining, AFullLinkHoldsTheNextRequestBack) {
  Connection on;
  on.front.answer = SLIPRING_NOT_FOUND;
  on.link.room = 1;
  on.client_says(get("/1") + get("/2") + get("/3"));
  EXPECT_EQ(on.front.seen.size(), 1U);
  EXPECT_FALSE(on.link.reading);
  on.link_has_room(1);
  EXPECT_EQ(on.front.seen.size(), 2U);
  on.link_has_room();
  EXPECT_EQ(on.front.seen.size(), 3U);
  EXPECT_TRUE(on.link.reading);
}

TEST(Http1Pipelining, AHalfClosedClientGetsAllItsAnswers) {
  Connection on;
  on.client_says(get("/1") + get("/2"));
  on.protocol.peer_ended();
  on.answer(200, "1");
  EXPECT_FALSE(on.link.over());
  on.answer(200, "2");
  EXPECT_EQ(on.front.seen.size(), 2U);
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1Pipelining, AHalfClosedClientIsToldOfAHeadThatDidNotEnd) {
  Connection on;
  on.client_says(get("/1") + "GET /2");
  on.protocol.peer_ended();
  on.answer(200, "1");
  EXPECT_NE(on.take_sent().find("1HTTP/1.1 400 "), std::string::npos);
  EXPECT_TRUE(on.link.finished);
}

TEST(Http1Pipelining, WhileAResponseIsUnderWayTheClientsEndIsHeardOf) {
  Connection on;
  on.client_says(get("/1"));
  EXPECT_TRUE(on.link.reading);
}

}  // namespace
}  // namespace slipring::web
