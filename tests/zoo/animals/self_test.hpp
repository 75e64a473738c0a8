// For animals that test themselves: struct A : zoo::SelfTested<A> has a function self_test.
#pragma once

#include <slipring/ext/self-test.h>

#include "animal.hpp"

namespace zoo {

template <class A>
struct SelfTested : Animal {
  static constexpr slipring_self_test_adapter table = {sizeof(slipring_self_test_adapter),
                                                       [](void *, const slipring_writer *reason) {
                                                         mark("self_test");
                                                         return A::self_test(reason);
                                                       }};

  static const void *extension(const char *id) {
    return std::strcmp(id, SLIPRING_SELF_TEST) == 0 ? &table : nullptr;
  }
};

}  // namespace zoo
