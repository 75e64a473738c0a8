// Takes no session over.
#include "tally.hpp"

namespace {

struct RefusesAll : slipring::tally::Tally {
  slipring::sdk::Status load(std::string_view, uint32_t) {
    return {SLIPRING_FAILED_PRECONDITION, "every session is refused on purpose"};
  }
};

}  // namespace

SLIPRING_PLUGIN(slipring::sdk::MessageAdapter<RefusesAll>);
