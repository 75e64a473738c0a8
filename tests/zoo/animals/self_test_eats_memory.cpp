// Takes memory for its self-test until there is none left.
#include "self_test.hpp"

namespace {

struct SelfTestEatsMemory : zoo::SelfTested<SelfTestEatsMemory> {
  static slipring_status self_test(const slipring_writer *) {
    constexpr size_t mebibyte = 1 << 20;
    for (std::string eaten;; eaten.append(mebibyte, 'x')) {
    }
  }
};

}  // namespace

ZOO_ANIMAL(SelfTestEatsMemory);
