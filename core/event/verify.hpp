// verify(): the one check of an event, when it enters.
//
// Behind it, everyone reads the FlatBuffer without looking again: offsets stay inside, enums are in
// their range, every text is UTF-8 without U+0000, the topic is one that may be published to. It
// also bounds what reading can cost: a FlatBuffer may refer to the same text many times, so what
// all references amount to is held to the size limit too.
//
// Thread-safety: pure function.
#pragma once

#include <cstdint>
#include <span>

#include "base/status.hpp"

namespace slipring::event {

struct Limits {
  size_t event = 1 << 20;  // bytes of the FlatBuffer, and of all text and payload it refers to
};

// Bytes of each text that names something: id, type, source, partition key, …
constexpr size_t max_name_size = 1024;
// Of attributes and headers together, with what else is a table.
constexpr uint32_t max_tables = 1024;
constexpr uint8_t max_priority = 9;
constexpr uint8_t default_priority = 4;  // of an event that says nothing of its delivery

// The first part of verify(), for those who copy before they verify.
Status check_size(size_t size, const Limits &limits);

// INVALID_ARGUMENT, or PERMISSION_DENIED for a reserved topic, naming the field, what was found and
// what is accepted. REQUIRES: `flatbuffer` begins at an address divisible by 8.
Status verify(std::span<const uint8_t> flatbuffer, const Limits &limits);

}  // namespace slipring::event
