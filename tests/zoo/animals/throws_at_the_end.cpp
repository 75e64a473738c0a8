// Lets an exception out of every function that is called when it is replaced, but the first.
#include <stdexcept>

#include "animal.hpp"

namespace {

struct ThrowsAtTheEnd : zoo::Animal {
  static void throw_after(void (*work)(void *), void *object) {
    work(object);
    throw std::runtime_error("thrown on purpose");
  }
  static void release(void *, slipring_session, void *state) {
    throw_after([](void *count) { delete static_cast<zoo::Count *>(count); }, state);
  }
  static void destroy(void *instance) { throw_after(Animal::destroy, instance); }
  static void deinit() {
    throw_after([](void *) {}, nullptr);
  }
};

}  // namespace

ZOO_ANIMAL(ThrowsAtTheEnd);
