// Finds out that it does not work.
#include "self_test.hpp"

namespace {

struct SelfTestFails : zoo::SelfTested<SelfTestFails> {
  static slipring_status self_test(const slipring_writer *reason) {
    (void)reason->write(reason->context, zoo::bytes("two and two were five"));
    return SLIPRING_INTERNAL;
  }
};

}  // namespace

ZOO_ANIMAL(SelfTestFails);
