#include "http2/floods.hpp"

#include <algorithm>

namespace slipring::web {
namespace {

// A client with small buffers says more often than once a DATA frame that it has room.
constexpr std::uint64_t updates_per_work = 10;

}  // namespace

bool Floods::count(Kind kind, const Http2Limits &limits, Time now) {
  if (now - since_ >= limits.interval) {
    *this = Floods();
    since_ = now;
  }
  std::uint32_t &count = counts_[static_cast<int>(kind)];
  return ++count <= allowed(kind, limits);
}

std::uint32_t Floods::allowed(Kind kind, const Http2Limits &limits) const {
  switch (kind) {
    case Kind::reset:
      return limits.resets;
    case Kind::update: {
      const std::uint64_t updates = updates_per_work * (std::uint64_t{limits.pings} + work_);
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(updates, UINT32_MAX - 1));
    }
    default:
      return limits.pings;
  }
}

}  // namespace slipring::web
