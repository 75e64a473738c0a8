// The adapter api: describes what is mounted, at /openapi.json and /asyncapi.json.

#include <slipring/cpp/plugin.hpp>

#include "exchange.hpp"

SLIPRING_PLUGIN(slipring::api::Adapter);
