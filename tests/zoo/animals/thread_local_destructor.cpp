// Has a thread_local whose destructor would run after the code is gone.
#include "animal.hpp"

namespace {

thread_local std::string last_words;

struct ThreadLocalDestructor : zoo::Animal {
  static slipring_status init(const slipring_host *) {
    last_words += "late";
    return SLIPRING_OK;
  }
};

}  // namespace

ZOO_ANIMAL(ThreadLocalDestructor);
