// A report as JSON: what operators' tools and the ledger get.
#pragma once

#include <boost/json/object.hpp>

#include "upgrade/report.hpp"

namespace slipring::upgrade {

boost::json::object to_json(const Report &report);

}  // namespace slipring::upgrade
