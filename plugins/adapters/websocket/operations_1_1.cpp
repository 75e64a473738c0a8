// The operations of version 1.1, which brought "help".
#include "operations.hpp"

namespace slipring::json_v1 {

std::span<const Operation> operations() noexcept {
  using enum Member;
  static constexpr Operation all[] = {
      {"subscribe", members::subscribe_1_0, {id, filters}, subscribe},
      {"publish", members::publish, {topic}, publish_1_0},
      {"unsubscribe", members::of_subscription, {id, sub}, unsubscribe},
      {"cursor", members::of_subscription, {id, sub}, tell_cursor},
      {"help", members::help, {id}, help},
  };
  return all;
}

uint32_t newest_schema() noexcept {
  return 1;
}

}  // namespace slipring::json_v1
