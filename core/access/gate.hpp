// Gate: who may have a session, decided by the credential of the handshake, before any adapter
// hears of it.
//
//   need       no credential            a good one          a bad one
//   none       nothing is looked at: who the client is says its certificate, if it showed one
//   optional   anonymous                its identity        refused
//   required   refused                  its identity        refused
//
// A credential is a token in Authorization, the same in a cookie, or a ticket (tickets.hpp). What a
// browser adds by itself counts only when the page may use it (page_rules.hpp). A client's
// certificate is a credential too; another one goes before it. Refusals are counted, and logged
// once per burst: by mount, never with what was brought.
//
// Thread-safety: const, any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/credential.hpp"
#include "access/tickets.hpp"
#include "access/verifier.hpp"
#include "base/status.hpp"

namespace slipring::observe {
class Burst;
class Counter;
class Counters;
}  // namespace slipring::observe

namespace slipring::access {

enum class Need { none, optional, required };

struct Admission {
  std::string identity{};  // empty: anonymous
  Carrier by = Carrier::none;
  std::optional<std::string> query{};  // what is left of it for the adapter; nothing: all
};

// What a request comes to: a mount, on an endpoint.
struct Place {
  std::string_view path;
  Need need = Need::none;
  const std::vector<std::string> &origins;  // listed there
};

class Gate {
 public:
  // All outlive it.
  struct Parts {
    Tickets &tickets;
    observe::Counters &counters;
    observe::Burst &burst;
  };
  Gate(Carriers carriers, std::shared_ptr<const Verifier> verifier, Parts parts);

  // UNAUTHENTICATED, PERMISSION_DENIED or INVALID_ARGUMENT, with one line for the client.
  Result<Admission> admit(const Place &place, const Request &request) const;

 private:
  Result<Admission> decide(const Place &place, const Request &request) const;
  Result<std::string> identify(const Credential &credential, const Place &place,
                               const Request &request) const;
  Result<std::string> take(const Credential &credential, const Request &request) const;
  Status refused(const Place &place, const Request &request, const Status &why) const;

  const Carriers carriers_;
  const std::shared_ptr<const Verifier> verifier_;
  Tickets &tickets_;
  observe::Burst &burst_;
  observe::Counter &accepted_total_;
  observe::Counter &missing_total_;
  observe::Counter &refused_total_;
  observe::Counter &foreign_total_;
};

}  // namespace slipring::access
