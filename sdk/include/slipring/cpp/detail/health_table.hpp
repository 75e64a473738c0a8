// The table of the C ABI for an adapter that says whether it is well: there when the object of the
// shard has `Status health()`. An exception says that it is not.
#ifndef SLIPRING_CPP_DETAIL_HEALTH_TABLE_HPP
#define SLIPRING_CPP_DETAIL_HEALTH_TABLE_HPP

#include <slipring/ext/health.h>

#include <slipring/cpp/boundary.hpp>
#include <slipring/cpp/detail/instance.hpp>

namespace slipring::sdk::detail {

template <class Shard>
concept TellsHealth = requires(Shard shard) {
  shard.health();
};

template <class Policy>
class HealthTable {
  static slipring_status health(void *instance, const slipring_writer *reason) noexcept {
    Instance<Policy> &self = Instance<Policy>::of(instance);
    [[maybe_unused]] const auto call = self.rules.enter("health");
    return boundary::run([&]() -> Status { return self.shard.health(); },
                         boundary::to_reason(reason));
  }

 public:
  static constexpr slipring_health_adapter table{sizeof(slipring_health_adapter), health};
};

}  // namespace slipring::sdk::detail

#endif
