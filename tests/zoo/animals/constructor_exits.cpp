// Ends its process before anything was asked of it, as if all were well.
#include "animal.hpp"

namespace {

struct ConstructorExits : zoo::Animal {
  static void construct() { _exit(0); }
};

}  // namespace

ZOO_ANIMAL(ConstructorExits);
