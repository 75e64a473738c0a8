// Has no factory to offer.
#include "animal.hpp"

namespace {

constexpr slipring_entry_table without_factory() {
  slipring_entry_table entry = zoo::Cage<zoo::Animal>::entry;
  entry.get_factory = [](const char *) -> const void * { return nullptr; };
  return entry;
}

}  // namespace

ZOO_ANIMAL_WITH(zoo::Animal, without_factory());
