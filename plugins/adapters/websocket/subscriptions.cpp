#include "subscriptions.hpp"

#include <algorithm>

#include "fields.hpp"
#include "json_scan.hpp"

namespace slipring::json_v1 {

using sdk::Status;

namespace {

Status refused(const std::string &what) {
  return {SLIPRING_INVALID_ARGUMENT, "state of a session: " + what};
}

// What a client can have sent as an id.
bool is_possible_id(std::string_view text) {
  return is_json(text) && is_id(text);
}

bool has_duplicates(const std::vector<Subscriptions::Entry> &entries) {
  std::vector<std::string_view> ids;
  ids.reserve(entries.size());
  for (const auto &entry : entries) ids.push_back(entry.client);
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

bool uses_cursors(const Subscriptions::Entry &entry) noexcept {
  return entry.cursors && entry.phase != Phase::taken_back;
}

}  // namespace

void Subscriptions::add(std::string_view client, bool cursors) {
  entries_.push_back({next_number(), std::string(client), Phase::asked, cursors});
  ++last_number_;
}

Subscriptions::Entry *Subscriptions::find(uint64_t number) noexcept {
  const auto at =
      std::lower_bound(entries_.begin(), entries_.end(), number,
                       [](const Entry &entry, uint64_t wanted) { return entry.number < wanted; });
  return at != entries_.end() && at->number == number ? &*at : nullptr;
}

Subscriptions::Entry *Subscriptions::find(std::string_view client) noexcept {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [&](const Entry &entry) { return entry.client == client; });
  return at != entries_.end() ? &*at : nullptr;
}

Subscriptions::Entry *Subscriptions::find_with_cursors() noexcept {
  const auto at = std::find_if(entries_.begin(), entries_.end(), uses_cursors);
  return at != entries_.end() ? &*at : nullptr;
}

void Subscriptions::remove(uint64_t number) noexcept {
  const Entry *entry = find(number);
  if (entry != nullptr) entries_.erase(entries_.begin() + (entry - entries_.data()));
}

// A field with its default value takes no place: without `cursors` this is schema 1.
Status Subscriptions::save(sdk::Writer &writer, uint32_t schema) const {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<state::Subscription>> written;
  written.reserve(entries_.size());
  for (const Entry &entry : entries_)
    written.push_back(state::CreateSubscription(builder, entry.number,
                                                builder.CreateString(entry.client), entry.phase,
                                                schema >= 2 && entry.cursors));
  state::FinishStateBuffer(
      builder, state::CreateState(builder, last_number_, builder.CreateVector(written)));
  return writer.write(
      {reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize()});
}

Status Subscriptions::load(std::string_view exported, uint32_t schema) {
  const auto *data = reinterpret_cast<const uint8_t *>(exported.data());
  flatbuffers::Verifier verifier(data, exported.size());
  if (!state::VerifyStateBuffer(verifier))
    return refused("its " + std::to_string(exported.size()) + " bytes are no state (SLJ1)");
  const state::State &read = *state::GetState(data);

  if (read.subscriptions() == nullptr) return refused("found no list of subscriptions");

  std::vector<Entry> entries;
  entries.reserve(read.subscriptions()->size());
  uint64_t last = 0;
  for (const state::Subscription *one : *read.subscriptions()) {
    if (one->number() <= last || one->number() > read.last_number())
      return refused("found subscription " + std::to_string(one->number()) + " behind " +
                     std::to_string(last) + "; accepted: rising numbers up to " +
                     std::to_string(read.last_number()));
    last = one->number();
    const std::string_view client(one->client()->c_str(), one->client()->size());
    if (!is_possible_id(client)) return refused("a client's id that is none");
    if (one->phase() > Phase::MAX) return refused("a phase that is none");
    entries.push_back({last, std::string(client), one->phase(), schema >= 2 && one->cursors()});
  }
  if (has_duplicates(entries)) return refused("a client's id twice");
  if (std::count_if(entries.begin(), entries.end(), uses_cursors) > 1)
    return refused("two subscriptions with cursors");
  entries_ = std::move(entries);
  last_number_ = read.last_number();
  return {};
}

}  // namespace slipring::json_v1
