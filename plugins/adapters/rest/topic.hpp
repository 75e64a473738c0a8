// The topic that a path names.
//
// Thread-safety: pure function.
#pragma once

#include <string>
#include <string_view>

#include "problem.hpp"

namespace slipring::rest {

// What stands behind `prefix`, decoded: a topic to publish to or to read. "/" divides levels, as it
// stands or as %2F. 404: the path does not begin with `prefix`; 400: no topic, or with wildcards;
// 403: one of the host's own.
Check read_topic(std::string_view path, std::string_view prefix, std::string &topic);

}  // namespace slipring::rest
