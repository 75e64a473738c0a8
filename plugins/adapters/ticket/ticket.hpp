// Ticket: a page buys what it can put into an address, at /ticket.
//
// A POST with a credential is answered {"ticket":"…","expires_in":30}; who asks and from which
// Origin the host knows (ext/ticket.h). Pages of other origins may ask, when the endpoint lists
// them: that the host has looked at before, so what came through is allowed to read the answer.
//
// Thread-safety: its shard.
#pragma once

#include <slipring/ext/ticket.h>

#include <slipring/cpp/host.hpp>
#include <slipring/cpp/http_adapter.hpp>

namespace slipring::ticket {

class Ticket {
 public:
  explicit Ticket(const sdk::Host &host);

  sdk::Status on_request(sdk::HttpSession session, const sdk::Request &request);

 private:
  sdk::Status sell(sdk::HttpSession session, std::string_view origin);

  const slipring_ticket_host *tickets_;
  const slipring_host *host_;
};

}  // namespace slipring::ticket
