// An adapter whose sessions have something to lose: it collects texts until one ends with ';', then
// answers {"n":1,"v":"1.0.0","text":"…;"}, where n counts the session's answers without gap. What
// is half collected, and the count, move with the session to another version.
//
// Built as version 1.0.0 (state schema 1) and 2.0.0 (schemas 1 and 2; its answers also say "bytes",
// how many were joined since the session began). Planted faults derive from Tally.
#pragma once

#include <slipring/cpp/message_adapter.hpp>
#include <slipring/cpp/plugin.hpp>
#include <string>
#include <string_view>

#if SLIPRING_PLUGIN_STATE_SCHEMA >= 2
#include "state_v2.hpp"
#else
#include "state_v1.hpp"
#endif

namespace slipring::tally {

inline std::string json_escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20) {
      out += "\\u00";
      out += {digits[byte >> 4], digits[byte & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

class Tally {
 public:
  sdk::Status on_message(sdk::Session session, const sdk::Message &message) {
    if (message.kind != sdk::MessageKind::text) return session.close(1003, "tally joins texts");
    const std::string answer = collect(message.bytes);
    return answer.empty() ? sdk::Status() : session.send_text(answer);
  }

  sdk::Status save(sdk::Writer &writer, uint32_t schema) const {
    flatbuffers::FlatBufferBuilder builder;
    memory_.write(builder, schema);
    const auto *data = reinterpret_cast<const char *>(builder.GetBufferPointer());
    return writer.write({data, builder.GetSize()});
  }

  sdk::Status load(std::string_view exported, uint32_t schema) {
    if (schema < SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST || schema > SLIPRING_PLUGIN_STATE_SCHEMA)
      return {SLIPRING_UNIMPLEMENTED, "state schema " + std::to_string(schema) + "; read are " +
                                          std::to_string(SLIPRING_PLUGIN_STATE_SCHEMA_OLDEST) +
                                          " to " + std::to_string(SLIPRING_PLUGIN_STATE_SCHEMA)};
    const auto *data = reinterpret_cast<const uint8_t *>(exported.data());
    flatbuffers::Verifier verifier(data, exported.size());
    if (!VerifyStateBuffer(verifier))
      return {SLIPRING_INVALID_ARGUMENT, "the state's " + std::to_string(exported.size()) +
                                             " bytes are no tally state (TALY)"};
    memory_.read(*GetState(data));
    return {};
  }

 protected:
  // Adds a part; the answer, when it was the last one.
  std::string collect(std::string_view part) {
    memory_.add(part);
    if (!part.ends_with(';')) return {};
    std::string answer = "{\"n\":" + std::to_string(++memory_.answers) +
                         ",\"v\":\"" SLIPRING_PLUGIN_VERSION "\"" + memory_.more_of_the_answer() +
                         ",\"text\":\"" + json_escaped(memory_.joined) + "\"}";
    memory_.joined.clear();
    return answer;
  }

  Memory memory_;
};

}  // namespace slipring::tally
