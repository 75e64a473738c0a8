// What the control socket answers, as JSON; one function a kind of thing. docs/operators-guide.md
// shows the shapes.
#pragma once

#include <boost/json/object.hpp>

#include "edge/endpoint.hpp"
#include "edge/link.hpp"
#include "observe/counters.hpp"
#include "session/shard_sessions.hpp"
#include "stream/history.hpp"
#include "stream/log_values.hpp"
#include "upgrade/catalog.hpp"

namespace slipring::admin {

boost::json::object view(const session::SessionInfo &session);
// `open`: sessions on all shards.
boost::json::object view(const edge::Endpoint &endpoint, uint64_t open);
// [shard] On the link's.
boost::json::object view(const edge::Link &link);
// `answering`: shards whose new sessions go to it.
boost::json::object view(const upgrade::Held &held, const std::vector<uint32_t> &answering);
boost::json::object view(const stream::History &stream);
// What the log has of a stream, configured or not.
boost::json::object view(const stream::StreamState &stream);
boost::json::object view(const stream::Finding &finding);
// Names to totals; a plugin's counter is "name{plugin}".
boost::json::object view(const std::vector<observe::Counters::Sample> &counters);

}  // namespace slipring::admin
