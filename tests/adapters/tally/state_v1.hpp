// What tally 1.x remembers of a session: state schema 1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state_v1_generated.h"

namespace slipring::tally {

struct Memory {
  uint64_t answers = 0;
  std::string joined;

  void add(std::string_view part) { joined += part; }
  std::string more_of_the_answer() const { return {}; }

  void write(flatbuffers::FlatBufferBuilder &builder, uint32_t) const {
    FinishStateBuffer(builder, CreateState(builder, answers, builder.CreateString(joined)));
  }
  void read(const State &state) {
    answers = state.answers();
    joined = state.joined()->str();
  }
};

}  // namespace slipring::tally
