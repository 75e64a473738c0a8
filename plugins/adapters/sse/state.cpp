#include "state.hpp"

namespace slipring::sse {

using sdk::Status;

namespace {

Status refused(const std::string &what) {
  return {SLIPRING_INVALID_ARGUMENT, "state of a session: " + what};
}

Status check_schema(uint32_t schema) {
  if (schema == 1) return {};
  return {SLIPRING_UNIMPLEMENTED, "found state schema " + std::to_string(schema) + "; accepted: 1"};
}

// It becomes the value of a field.
bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

Status save(const Kept &kept, uint32_t schema, sdk::Writer &writer) {
  Status status = check_schema(schema);
  if (!status.ok()) return status;
  flatbuffers::FlatBufferBuilder builder;
  flatbuffers::Offset<flatbuffers::String> origin;
  if (!kept.allowed_origin.empty()) origin = builder.CreateString(kept.allowed_origin);
  state::FinishStateBuffer(builder,
                           state::CreateState(builder, kept.place, kept.selection, origin));
  return writer.write(
      {reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize()});
}

Status load(std::string_view exported, uint32_t schema, Kept &kept) {
  Status status = check_schema(schema);
  if (!status.ok()) return status;
  const auto *data = reinterpret_cast<const uint8_t *>(exported.data());
  flatbuffers::Verifier verifier(data, exported.size());
  if (!state::VerifyStateBuffer(verifier)) {
    return refused("its " + std::to_string(exported.size()) + " bytes are no state (SSE1)");
  }
  const state::State &read = *state::GetState(data);
  if (read.place() > state::Place::MAX) return refused("a place that is none");
  const std::string_view origin =
      read.allowed_origin() == nullptr
          ? std::string_view()
          : std::string_view(read.allowed_origin()->c_str(), read.allowed_origin()->size());
  if (!is_printable(origin)) return refused("an origin that is none");
  kept = {read.place(), read.selection(), std::string(origin)};
  return {};
}

}  // namespace slipring::sse
