// Has code that was generated for the whole of protobuf, which aborts the process when it is loaded
// once more.
#include "animal.hpp"
#include "generated.pb.h"

namespace {

struct GeneratedProtobuf : zoo::Animal {
  static slipring_status init(const slipring_host *) {
    slipring::zoo::Text text;
    text.set_text("hello");
    return text.SerializeAsString().empty() ? SLIPRING_INTERNAL : SLIPRING_OK;
  }
};

}  // namespace

ZOO_ANIMAL(GeneratedProtobuf);
