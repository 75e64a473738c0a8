// Lets an exception out when it is asked for its factory.
#include <stdexcept>

#include "animal.hpp"

namespace {

constexpr slipring_entry_table throwing() {
  slipring_entry_table entry = zoo::Cage<zoo::Animal>::entry;
  entry.get_factory = [](const char *id) -> const void * {
    throw std::runtime_error(std::string(id) + ": thrown on purpose");
  };
  return entry;
}

}  // namespace

ZOO_ANIMAL_WITH(zoo::Animal, throwing());
