// Never comes to an end with its self-test.
#include "self_test.hpp"

namespace {

struct SelfTestHangs : zoo::SelfTested<SelfTestHangs> {
  static slipring_status self_test(const slipring_writer *) {
    for (;;) pause();
  }
};

}  // namespace

ZOO_ANIMAL(SelfTestHangs);
