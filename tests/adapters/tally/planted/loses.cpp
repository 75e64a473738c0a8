// Forgets what was half collected when a session moves in.
#include "tally.hpp"

namespace {

struct Loses : slipring::tally::Tally {
  slipring::sdk::Status load(std::string_view exported, uint32_t schema) {
    auto status = Tally::load(exported, schema);
    memory_.joined.clear();
    return status;
  }
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<Loses>);
