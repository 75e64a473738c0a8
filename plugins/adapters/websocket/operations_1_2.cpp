// The operations since version 1.2, which brought streams that keep events.
#include "operations.hpp"

namespace slipring::json_v1 {

std::span<const Operation> operations() noexcept {
  using enum Member;
  static constexpr Operation all[] = {
      {"subscribe", members::subscribe, {id, filters}, subscribe},
      {"publish", members::publish, {topic}, publish},
      {"unsubscribe", members::of_subscription, {id, sub}, unsubscribe},
      {"cursor", members::of_subscription, {id, sub}, tell_cursor},
      {"help", members::help, {id}, help},
  };
  return all;
}

uint32_t newest_schema() noexcept {
  return 2;
}

}  // namespace slipring::json_v1
