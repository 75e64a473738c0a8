// Topics and filters, by MQTT 5, section 4.7.
//
// A topic is 1 to 65,535 bytes of UTF-8 without U+0000, divided into levels by "/"; levels may be
// empty, so "/", "//" and "a/" are topics. In a filter, a level that is "+" matches any one level,
// and a last level that is "#" matches any number of them, also none: "a/#" matches "a". Neither
// matches a first level that begins with "$": those topics are the host's own.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"

namespace slipring {

constexpr size_t max_topic_size = 65535;

// Whether clients may publish to it. INVALID_ARGUMENT: it is no topic; PERMISSION_DENIED: its first
// level begins with "$". The message never repeats the text, which may not be fit to print.
Status check_topic(std::string_view topic);

// Whether it can be subscribed to. "$share/…" is refused: there are no groups yet.
Status check_filter(std::string_view filter);

// REQUIRES: a legal filter; a legal topic or one that begins with "$".
bool filter_matches(std::string_view filter, std::string_view topic);

// Whether a topic exists that both match (however long it is). REQUIRES: legal filters.
bool filters_intersect(std::string_view a, std::string_view b);

// Whether it matches more than the one topic that it names. REQUIRES: a legal filter.
bool has_wildcard(std::string_view filter);

// The same for all uses in one process; decides the home of ephemeral topics.
uint64_t hash_topic(std::string_view topic);

}  // namespace slipring
