// A plugin file looked at without a host and without running any of its code.
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "base/status.hpp"

namespace slipring::command {

// Its manifest and build id; an error names the check that a host would refuse it by.
Result<boost::json::object> inspect_file(const std::filesystem::path &file);

}  // namespace slipring::command
