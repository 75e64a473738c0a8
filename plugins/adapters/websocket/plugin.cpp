// The adapter websocket: slipring.json.v1 for WebSocket clients.

#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

SLIPRING_PLUGIN(slipring::json_v1::Adapter);
