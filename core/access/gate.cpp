#include "access/gate.hpp"

#include "access/page_rules.hpp"
#include "observe/burst.hpp"
#include "observe/counters.hpp"
#include "observe/log.hpp"

namespace slipring::access {
namespace {

Status unknown(std::string what) {
  return {SLIPRING_UNAUTHENTICATED, std::move(what)};
}

Status foreign(std::string what) {
  return {SLIPRING_PERMISSION_DENIED, std::move(what)};
}

std::string accepted(const Carriers &carriers) {
  std::string text;
  const auto add = [&](bool is, const std::string &what) {
    if (is) text += (text.empty() ? "" : ", or ") + what;
  };
  add(carriers.bearer, "Authorization: Bearer");
  add(!carriers.cookie.empty(), "the cookie " + carriers.cookie);
  add(carriers.ticket, "?ticket=");
  return text;
}

}  // namespace

Gate::Gate(Carriers carriers, std::shared_ptr<const Verifier> verifier, Parts parts)
    : carriers_(std::move(carriers)),
      verifier_(std::move(verifier)),
      tickets_(parts.tickets),
      burst_(parts.burst),
      accepted_total_(parts.counters.counter("credentials_accepted_total")),
      missing_total_(parts.counters.counter("credentials_missing_total")),
      refused_total_(parts.counters.counter("credentials_refused_total")),
      foreign_total_(parts.counters.counter("credentials_foreign_total")) {}

Result<Admission> Gate::admit(const Place &place, const Request &request) const {
  if (place.need == Need::none) {
    const bool shown = !request.certificate.empty();
    return Admission{std::string(request.certificate),
                     shown ? Carrier::certificate : Carrier::none};
  }
  auto admission = decide(place, request);
  if (!admission) return admission;
  if (admission->by != Carrier::none) accepted_total_.add();
  if (carriers_.ticket) admission->query = without_ticket(request.query);
  return admission;
}

Result<Admission> Gate::decide(const Place &place, const Request &request) const {
  if (is_preflight(request)) return Admission{};
  auto credential = find_credential(carriers_, request);
  if (!credential) return refused(place, request, credential.status());
  if (credential->carrier == Carrier::none && !request.certificate.empty()) {
    *credential = {Carrier::certificate, request.certificate};
  }
  if (credential->carrier == Carrier::none) {
    if (place.need == Need::optional) return Admission{};
    missing_total_.add();
    return unknown("a credential is needed here; accepted: " + accepted(carriers_));
  }
  auto identity = identify(*credential, place, request);
  if (!identity) return refused(place, request, identity.status());
  return Admission{std::move(*identity), credential->carrier};
}

Result<std::string> Gate::identify(const Credential &credential, const Place &place,
                                   const Request &request) const {
  if (credential.carrier == Carrier::ticket) return take(credential, request);
  if (credential.carrier == Carrier::certificate) {
    if (may_use(Ambient::certificate, request, place.origins))
      return std::string(credential.secret);
    return foreign("the page's origin may not use a certificate here");
  }
  const bool is_cookie = credential.carrier == Carrier::cookie;
  if (is_cookie && !may_use(Ambient::cookie, request, place.origins)) {
    return foreign(request.origin.empty() ? "a cookie counts here with an Origin"
                                          : "the page's origin may not use a cookie here");
  }
  if (auto identity = verifier_->verify(credential.secret)) return std::move(*identity);
  return unknown(is_cookie ? "the cookie's token is not valid" : "the token is not valid");
}

// Whoever comes with a ticket uses it up.
Result<std::string> Gate::take(const Credential &credential, const Request &request) const {
  auto holder = tickets_.take(credential.secret);
  if (!holder) return unknown("the ticket is not valid: unknown, too old or used");
  if (may_use_ticket(holder->origin, request)) return std::move(holder->identity);
  return foreign("the ticket was issued to a page of another origin");
}

// What was brought is not logged, and neither is who is missing one: that is anybody's first
// request.
Status Gate::refused(const Place &place, const Request &request, const Status &why) const {
  (why.code() == SLIPRING_PERMISSION_DENIED ? foreign_total_ : refused_total_).add();
  const std::string key = "access " + std::string(place.path) + ' ' + why.message();
  if (const auto held_back = burst_.admit(key)) {
    observe::warn("credential refused", {{"path", place.path},
                                         {"because", why.message()},
                                         {"peer", request.peer},
                                         {"held_back", *held_back}});
  }
  return why;
}

}  // namespace slipring::access
