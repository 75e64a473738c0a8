// Floods: frames that are legal one by one and an attack by the thousand.
//
// Counted in fixed intervals; a number is over when one interval holds more of it than is allowed.
//
// Not thread-safe.
#pragma once

#include <cstdint>

#include "deadlines.hpp"
#include "settings.hpp"

namespace slipring::web {

class Floods {
 public:
  enum class Kind : std::uint8_t {
    reset,    // RST_STREAM of the peer, and streams reset for its errors (CVE-2023-44487)
    chatter,  // PING, SETTINGS, DATA and HEADERS that say nothing (CVE-2019-9512, -9515, -9518)
    update,   // WINDOW_UPDATE, PRIORITY, PRIORITY_UPDATE: as many as there is work, and some more
    count_
  };

  // False: too many.
  bool count(Kind kind, const Http2Limits &limits, Time now);
  // A request, or a DATA frame that was sent: reason for further updates.
  void work() { work_ += work_ < UINT32_MAX ? 1 : 0; }

 private:
  std::uint32_t allowed(Kind kind, const Http2Limits &limits) const;

  Time since_{};
  std::uint32_t counts_[static_cast<int>(Kind::count_)] = {};
  std::uint32_t work_ = 0;
};

}  // namespace slipring::web
