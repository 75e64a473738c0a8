// ControlClient: asks a running host through its control socket, and waits for the answer.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "base/status.hpp"

namespace slipring::admin {

// One request, one answer. UNAVAILABLE: no host is reachable at that socket; otherwise the host's
// own error.
Result<boost::json::object> ask(const std::filesystem::path &socket,
                                const boost::json::object &request);

}  // namespace slipring::admin
