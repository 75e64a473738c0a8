// Starts a thread, which its symbols show.
#include <thread>

#include "animal.hpp"

namespace {

struct StartsAThread : zoo::Animal {
  static slipring_status init(const slipring_host *) {
    std::thread([] { pause(); }).detach();
    return SLIPRING_OK;
  }
};

}  // namespace

ZOO_ANIMAL(StartsAThread);
