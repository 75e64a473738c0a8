// Comparison: whether a version does worse than the one it is to replace, by what its calls come
// to.
//
// Rates are per 1,000 calls, so that a version with few sessions can be held against one with many.
#pragma once

#include <cstdint>
#include <optional>

#include "plugin/counts.hpp"
#include "upgrade/report.hpp"

namespace slipring::upgrade {

struct ErrorLimits {
  uint64_t errors = 3;  // so many calls may fail, and so many may take too long
  double factor = 2;    // so many times the old version's rate is not worse yet
};

// `what` for every thousand calls; 0 when there was none.
double per_thousand(uint64_t what, const plugin::Counts &counts);

// For a version that serves beside the old one, both counted over the same time: it is worse when
// more calls fail (or take too long) than is permitted, and more often than the factor permits.
std::optional<Failure> compare_beside(const plugin::Counts &next, const plugin::Counts &old,
                                      const ErrorLimits &limits);

// For a version that serves in place of the old one: more calls fail than is permitted; or more
// often than the factor and one in a thousand permit, when it has had at least a thousand.
std::optional<Failure> compare_after(const plugin::Counts &next, const plugin::Counts &old,
                                     const ErrorLimits &limits);

}  // namespace slipring::upgrade
