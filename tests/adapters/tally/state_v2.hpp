// What tally 2.x remembers of a session: state schema 2, and 1 for a way back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state_v2_generated.h"

namespace slipring::tally {

struct Memory {
  uint64_t answers = 0;
  std::string joined;
  uint64_t bytes = 0;

  void add(std::string_view part) {
    joined += part;
    bytes += part.size();
  }
  std::string more_of_the_answer() const { return ",\"bytes\":" + std::to_string(bytes); }

  // A field with its default value takes no place: without `bytes` this is schema 1.
  void write(flatbuffers::FlatBufferBuilder &builder, uint32_t schema) const {
    const auto text = builder.CreateString(joined);
    FinishStateBuffer(builder, CreateState(builder, answers, text, schema >= 2 ? bytes : 0));
  }
  void read(const State &state) {
    answers = state.answers();
    joined = state.joined()->str();
    bytes = state.bytes();
  }
};

}  // namespace slipring::tally
