// Lets an exception out of one of its functions, which THROWS_FROM names.
#include <stdexcept>

#include "animal.hpp"

namespace {

struct Throws : zoo::Animal {
  static slipring_status THROWS_FROM(auto...) { throw std::runtime_error("thrown on purpose"); }
};

}  // namespace

ZOO_ANIMAL(Throws);
