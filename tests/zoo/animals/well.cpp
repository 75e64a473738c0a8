// Nothing wrong with it.
#include "animal.hpp"

ZOO_ANIMAL(zoo::Animal);
