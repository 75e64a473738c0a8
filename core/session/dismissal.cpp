#include "session/dismissal.hpp"

namespace slipring::session {

bool Dismissal::concerns(const Session &session) const {
  if (session.closing) return false;
  const bool its_own =
      session.link->generation == generation_ || session.adapter->generation.id() == generation_;
  return its_own && (which_ == Which::all || session.link->profile->ends_with_host(session));
}

size_t Dismissal::end_some(size_t count, std::string_view reason,
                           const std::function<uint32_t()> &comeback_ms) {
  size_t ended = 0;
  for (; ended < count && next_ < sessions_.table().slots(); ++next_) {
    Session *const session = sessions_.table().at(next_);
    if (session == nullptr || !concerns(*session)) continue;
    sessions_.dismiss(*session, SLIPRING_END_DEADLINE, reason, comeback_ms());
    ++ended;
  }
  return ended;
}

}  // namespace slipring::session
