// Where a stream begins, as the parameter "start" says it.
#pragma once

#include <slipring/cpp/subscription.hpp>
#include <string_view>

namespace slipring::sse {

constexpr std::string_view accepted_starts =
    "now, earliest, retained, last-per-topic, last:10, time:2026-11-21T09:30:00Z";

// False: it is none.
bool read_start(std::string_view text, sdk::Start &start);

// It brings a selection of what is kept: no cursor says how far that has come before it has.
bool is_selection(const sdk::Start &start) noexcept;

}  // namespace slipring::sse
