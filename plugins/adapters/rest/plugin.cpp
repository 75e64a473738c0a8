// The adapter rest: publishes and reads by HTTP requests to /topics/{topic}.

#include <slipring/cpp/plugin.hpp>

#include "exchange.hpp"

SLIPRING_PLUGIN(slipring::rest::Adapter);
