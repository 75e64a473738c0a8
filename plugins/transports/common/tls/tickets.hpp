// Tickets for resumption (RFC 5077, RFC 8446 §4.6.1), without anything to keep or to share: the key
// of an hour is derived from a secret that the process made when it started. A ticket is good on
// every shard; keys change by themselves, and those of the hour before are still read.
//
// Thread-safety: any thread.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>

namespace slipring::tls {

struct TicketKey {
  std::array<unsigned char, 16> name;
  std::array<unsigned char, 32> encryption;
  std::array<unsigned char, 32> authentication;
};

// The key of the hour that is so many hours after the epoch.
TicketKey ticket_key(std::uint64_t hour);

void issue_tickets(SSL_CTX &context);

}  // namespace slipring::tls
