// The table of the C ABI for an adapter that tests itself: there when the object of the shard has
// `Status self_test()`. An exception is a test that failed.
#ifndef SLIPRING_CPP_DETAIL_SELF_TEST_TABLE_HPP
#define SLIPRING_CPP_DETAIL_SELF_TEST_TABLE_HPP

#include <slipring/ext/self-test.h>

#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/detail/instance.hpp>

namespace slipring::sdk::detail {

template <class Shard>
concept TestsItself = requires(Shard shard) {
  shard.self_test();
};

template <class Policy>
class SelfTestTable {
  static slipring_status self_test(void *instance, const slipring_writer *reason) noexcept {
    Instance<Policy> &self = Instance<Policy>::of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("self_test");
    return boundary::run([&]() -> Status { return self.shard.self_test(); },
                         boundary::to_reason(reason));
  }

 public:
  static constexpr slipring_self_test_adapter table{sizeof(slipring_self_test_adapter), self_test};
};

}  // namespace slipring::sdk::detail

#endif
