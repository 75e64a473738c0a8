#include "session/ticket_extension.hpp"

#include <gtest/gtest.h>
#include <slipring/ext/ticket.h>

#include "session/http_test_host.hpp"

namespace slipring::session {
namespace {

class TicketExtensionTest : public HttpTestHost {
 protected:
  TicketExtensionTest() {
    add_ticket_extension(services_.extensions);
    behaviour_.on_open = [this](const Call &call, const slipring_http_request &request) {
      identity_ = to_text(request.identity);
      query_ = to_text(request.query);
      asked_for_ = issue(call);
      return SLIPRING_OK;
    };
  }

  Result<Choice> choose_http(uint32_t shard, uint32_t endpoint,
                             const slipring_http_request &request) override {
    auto choice = HttpTestHost::choose_http(shard, endpoint, request);
    choice->admission = admission_;
    return choice;
  }

  slipring_status issue(const Call &call) {
    const auto *const table = static_cast<const slipring_ticket_host *>(
        call.host->get_extension(call.host, SLIPRING_TICKET));
    ticket_.clear();
    return table->issue(call.host, call.session, ticket_.abi(), &lifetime_ms_);
  }

  slipring_status opened_as(access::Admission admission) {
    admission_ = std::move(admission);
    session_ = open(exchange_);
    return asked_for_;
  }

  access::Tickets tickets_;
  access::Admission admission_;
  FakeExchange exchange_;
  slipring_session session_ = 0;
  StringWriter ticket_{100};
  uint32_t lifetime_ms_ = 0;
  slipring_status asked_for_ = SLIPRING_UNKNOWN;
  std::string identity_;
  std::string query_;
};

TEST_F(TicketExtensionTest, AnAdapterIssuesATicketToWhoAsks) {
  begin();
  tickets_.set_limits(access::TicketLimits());
  sessions_[0]->set_tickets(tickets_);
  EXPECT_EQ(opened_as({"alice", access::Carrier::bearer, "left=1"}), SLIPRING_OK);
  EXPECT_EQ(identity_, "alice");
  EXPECT_EQ(query_, "left=1");
  EXPECT_EQ(lifetime_ms_, 30'000u);
  const auto holder = tickets_.take(ticket_.text());
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->identity, "alice");
  ASSERT_EQ(sessions_[0]->list(10).size(), 1u);
  EXPECT_EQ(sessions_[0]->list(10)[0].identity, "alice");
}

TEST_F(TicketExtensionTest, NobodyAndWhoCameWithATicketGetNone) {
  begin();
  tickets_.set_limits(access::TicketLimits());
  sessions_[0]->set_tickets(tickets_);
  EXPECT_EQ(opened_as({}), SLIPRING_UNAUTHENTICATED);
  EXPECT_EQ(opened_as({"alice", access::Carrier::ticket}), SLIPRING_PERMISSION_DENIED);
  EXPECT_EQ(tickets_.outstanding(), 0u);
}

TEST_F(TicketExtensionTest, OnlyInsideOpen) {
  begin();
  tickets_.set_limits(access::TicketLimits());
  sessions_[0]->set_tickets(tickets_);
  EXPECT_EQ(opened_as({"alice", access::Carrier::bearer}), SLIPRING_OK);
  EXPECT_EQ(issue(adapter(session_)), SLIPRING_FAILED_PRECONDITION);
}

TEST_F(TicketExtensionTest, AHostWithoutTicketsSaysSo) {
  begin();
  EXPECT_EQ(opened_as({"alice", access::Carrier::bearer}), SLIPRING_UNIMPLEMENTED);
  sessions_[0]->set_tickets(tickets_);
  EXPECT_EQ(opened_as({"alice", access::Carrier::bearer}), SLIPRING_UNIMPLEMENTED);
}

}  // namespace
}  // namespace slipring::session
