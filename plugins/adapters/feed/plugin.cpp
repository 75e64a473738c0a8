// The adapter feed: publishes what comes by a link.

#include <slipring/cpp/plugin.hpp>

#include "connection.hpp"

SLIPRING_PLUGIN(slipring::feed::Adapter);
