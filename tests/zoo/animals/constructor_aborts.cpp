// Ends its process before anything was asked of it.
#include "animal.hpp"

namespace {

struct ConstructorAborts : zoo::Animal {
  static void construct() { std::abort(); }
};

}  // namespace

ZOO_ANIMAL(ConstructorAborts);
