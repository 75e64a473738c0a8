#include <slipring/cpp/plugin.hpp>

#include "ticket.hpp"

SLIPRING_PLUGIN(slipring::sdk::StatelessHttpAdapter<slipring::ticket::Ticket>);
