#include "upgrade/samples.hpp"

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "plugin/guard.hpp"

namespace slipring::upgrade {

namespace {

constexpr size_t bytes_per_shard = size_t{1} << 20;
// Where a shard has many sessions of other plugins.
constexpr size_t most_slots_seen = 10'000;

bool can_be_sampled(const session::Session &session, const plugin::Generation &generation) {
  return session.adapter != nullptr && &session.adapter->generation == &generation &&
         !session.closing && session.link->profile->id() == SLIPRING_PROFILE_MESSAGE;
}

std::optional<std::string> export_state(const session::Session &session, uint32_t schema,
                                        size_t limit) {
  StringWriter exported(limit);
  plugin::Instance &instance = *session.adapter;
  const slipring_status code = plugin::guard(instance, "export_state", [&] {
    return instance.generation.adapter()->export_state(instance.adapter, session.id, session.state,
                                                       schema, exported.abi());
  });
  if (code != SLIPRING_OK || exported.overflowed()) return std::nullopt;
  return std::move(exported.text());
}

std::vector<std::string> samples_of(session::ShardSessions &sessions,
                                    const plugin::Generation &generation, uint32_t schema,
                                    uint32_t most) {
  std::vector<std::string> samples;
  size_t room = bytes_per_shard;
  const size_t slots = std::min(sessions.table().slots(), most_slots_seen);
  uint32_t asked = 0;
  for (size_t slot = 0; slot < slots && asked < most; ++slot) {
    const session::Session *const session = sessions.table().at(slot);
    if (session == nullptr || !can_be_sampled(*session, generation)) continue;
    ++asked;
    auto state = export_state(*session, schema, std::min(room, sessions.limits().state));
    if (!state) continue;
    room -= state->size();
    samples.push_back(std::move(*state));
  }
  return samples;
}

}  // namespace

boost::asio::awaitable<std::vector<std::string>> take_samples(shard::ShardSet &shards,
                                                              edge::AllSessions &sessions,
                                                              const plugin::Generation &generation,
                                                              uint32_t schema, uint32_t per_shard) {
  // Each shard writes its own entry; run_on_each orders that before what follows.
  std::vector<std::vector<std::string>> of_shards(shards.size());
  std::function<void(shard::Shard &)> take = [&](shard::Shard &shard) {
    const uint32_t index = shard.index();
    of_shards[index] = samples_of(*sessions[index], generation, schema, per_shard);
  };
  co_await shards.run_on_each(std::move(take));
  std::vector<std::string> all;
  for (auto &of_shard : of_shards) {
    std::move(of_shard.begin(), of_shard.end(), std::back_inserter(all));
  }
  co_return all;
}

}  // namespace slipring::upgrade
