#include "ticket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slipring/cpp/testing/fake_http.hpp>

namespace slipring::ticket {
namespace {

using sdk::testing::FakeHttpHost;
using sdk::testing::FakeRequest;
using sdk::testing::FakeResponse;
using sdk::testing::HttpAdapterUnderTest;

slipring_status issued;

constexpr slipring_ticket_host table{
    sizeof(slipring_ticket_host), [](const slipring_host *, slipring_session,
                                     const slipring_writer *ticket, uint32_t *lifetime_ms) {
      *lifetime_ms = 30'000;
      return issued == SLIPRING_OK ? ticket->write(ticket->context, sdk::bytes("abc_-1")) : issued;
    }};

struct HostWithTickets : FakeHttpHost {
  HostWithTickets() {
    issued = SLIPRING_OK;
    extensions[SLIPRING_TICKET] = &table;
  }
};

class TicketTest : public ::testing::Test {
 protected:
  const FakeResponse &ask(const FakeRequest &request) {
    host.responses.clear();
    refused = adapter.request(7, request, &state);
    return host.responses[7];
  }

  HostWithTickets host;
  HttpAdapterUnderTest adapter{host, &sdk::StatelessHttpAdapter<Ticket>::factory};
  void *state = nullptr;
  slipring_status refused = SLIPRING_OK;
};

TEST_F(TicketTest, APostBuysATicketThatNobodyKeeps) {
  const FakeResponse &response = ask({.method = "POST"});
  EXPECT_EQ(response.code, 200u);
  EXPECT_EQ(response.body, R"({"ticket":"abc_-1","expires_in":30})");
  EXPECT_EQ(response.field("content-type"), "application/json");
  EXPECT_EQ(response.field("cache-control"), "no-store");
  EXPECT_EQ(response.field("access-control-allow-origin"), "");
  EXPECT_TRUE(response.finished);
}

TEST_F(TicketTest, APageOfAnotherOriginMayReadIt) {
  const FakeResponse &response =
      ask({.method = "POST", .fields = {{"origin", "https://app.example"}}});
  EXPECT_EQ(response.field("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(response.field("access-control-allow-credentials"), "true");
  EXPECT_EQ(response.field("vary"), "origin");
}

TEST_F(TicketTest, APreflightIsToldWhatMayBeSent) {
  const FakeResponse &response = ask(
      {.method = "OPTIONS",
       .fields = {{"origin", "https://app.example"}, {"access-control-request-method", "POST"}}});
  EXPECT_EQ(response.code, 204u);
  EXPECT_EQ(response.field("access-control-allow-methods"), "POST");
  EXPECT_EQ(response.field("access-control-allow-headers"), "authorization, content-type");
  EXPECT_TRUE(response.finished);
}

TEST_F(TicketTest, OtherMethodsAreNotAllowed) {
  for (const char *method : {"GET", "HEAD", "PUT", "DELETE"}) {
    const FakeResponse &response = ask({.method = method});
    EXPECT_EQ(response.code, 405u);
    EXPECT_EQ(response.field("allow"), "POST, OPTIONS");
  }
}

TEST_F(TicketTest, WhatTheHostRefusesIsRefused) {
  for (const slipring_status status :
       {SLIPRING_UNAUTHENTICATED, SLIPRING_PERMISSION_DENIED, SLIPRING_UNIMPLEMENTED}) {
    issued = status;
    ask({.method = "POST"});
    EXPECT_EQ(refused, status);
    EXPECT_NE(adapter.refusal, "");
  }
}

TEST_F(TicketTest, TooManyComeAgainWhenOnesHaveExpired) {
  issued = SLIPRING_RESOURCE_EXHAUSTED;
  const FakeResponse &response = ask({.method = "POST"});
  EXPECT_EQ(response.code, 429u);
  EXPECT_EQ(response.field("retry-after"), "30");
  EXPECT_EQ(refused, SLIPRING_OK);
}

TEST_F(TicketTest, AHostWithoutTicketsIsTold) {
  FakeHttpHost without;
  HttpAdapterUnderTest alone{without, &sdk::StatelessHttpAdapter<Ticket>::factory};
  EXPECT_EQ(alone.request(7, {.method = "POST"}, &state), SLIPRING_UNIMPLEMENTED);
}

}  // namespace
}  // namespace slipring::ticket
