#include <slipring/cpp/plugin.hpp>

#include "page.hpp"

SLIPRING_PLUGIN(slipring::sdk::StatelessHttpAdapter<slipring::page::Page>);
