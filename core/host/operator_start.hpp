// Where an operator's subscription begins, as JSON: the "start" of slipring.json.v1.
#pragma once

#include <boost/json/object.hpp>

#include "base/status.hpp"
#include "bus/start.hpp"
#include "bus/streams.hpp"

namespace slipring::host {

// Of the member "start" of a request; now, without one.
Result<bus::Start> start_of(const boost::json::object &request, const bus::Streams &streams);

}  // namespace slipring::host
