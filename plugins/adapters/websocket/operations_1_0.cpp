// The operations of versions before 1.1.
#include "operations.hpp"

namespace slipring::json_v1 {

std::span<const Operation> operations() noexcept {
  using enum Member;
  static constexpr Operation all[] = {
      {"subscribe", members::subscribe, {id, filters}, subscribe},
      {"publish", members::publish, {topic}, publish},
      {"unsubscribe", members::of_subscription, {id, sub}, unsubscribe},
      {"cursor", members::of_subscription, {id, sub}, tell_cursor},
  };
  return all;
}

}  // namespace slipring::json_v1
