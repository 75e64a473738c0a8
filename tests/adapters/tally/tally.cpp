#include "tally.hpp"

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<slipring::tally::Tally>);
