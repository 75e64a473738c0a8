// Names a profile in its manifest that its factory does not have.
#include "animal.hpp"

namespace {

constexpr slipring_adapter_factory factory = [] {
  slipring_adapter_factory changed = zoo::Cage<zoo::Animal>::factory;
  changed.get_extension = [](const char *) -> const void * { return nullptr; };
  return changed;
}();

constexpr slipring_entry_table without_profile() {
  slipring_entry_table entry = zoo::Cage<zoo::Animal>::entry;
  entry.get_factory = [](const char *) -> const void * { return &factory; };
  return entry;
}

}  // namespace

ZOO_ANIMAL_WITH(zoo::Animal, without_profile());
