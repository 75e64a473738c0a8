// The filters of an operator's request.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/status.hpp"

namespace slipring::host {

// Its member "filters": 1 to `most` legal ones. `op` names the request in errors.
Result<std::vector<std::string>> filters_of(const boost::json::object &request, size_t most,
                                            const std::string &op);

}  // namespace slipring::host
