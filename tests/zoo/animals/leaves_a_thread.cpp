// Leaves a thread behind, which nothing in the file shows: it asks for the function by its name.
#include <dlfcn.h>
#include <pthread.h>

#include "animal.hpp"

namespace {

struct LeavesAThread : zoo::Animal {
  static slipring_status init(const slipring_host *) {
    const auto create =
        reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_DEFAULT, "pthread_create"));
    pthread_t thread;
    const auto wait_for_ever = [](void *) -> void * {
      for (;;) pause();
    };
    return create(&thread, nullptr, wait_for_ever, nullptr) == 0 ? SLIPRING_OK : SLIPRING_INTERNAL;
  }
};

}  // namespace

ZOO_ANIMAL(LeavesAThread);
