#include "stream/settings.hpp"

namespace slipring::stream {

std::string_view durability_name(Durability durability) {
  switch (durability) {
    case Durability::memory:
      return "memory";
    case Durability::log:
      return "log";
    case Durability::fsync:
      return "fsync";
  }
  return "";
}

}  // namespace slipring::stream
