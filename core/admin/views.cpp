#include "admin/views.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>

#include "observe/log.hpp"
#include "plugin/process_maps.hpp"
#include "upgrade/digest.hpp"

namespace slipring::admin {

namespace json = boost::json;

namespace {

// Of the latest callback that took too long: as long as it had taken when it was found.
json::value over_limit_of(const upgrade::Held &held) {
  if (!held.last_over_limit) return nullptr;
  const plugin::Activity &call = *held.last_over_limit;
  const std::chrono::duration<double, std::milli> lasted = call.lasted;
  return {{"function", call.function}, {"thread", call.thread}, {"milliseconds", lasted.count()}};
}

}  // namespace

json::object view(const session::SessionInfo &session) {
  return {{"id", session.id},
          {"shard", session.shard},
          {"plugin", session.plugin},
          {"version", session.version},
          {"generation", session.generation},
          {"profile", session.profile},
          {"path", session.path},
          {"peer", session.peer},
          {"identity", session.identity},
          {"received", session.received},
          {"sent", session.sent},
          {"queued_bytes", session.queued_bytes},
          {"input_bytes", session.input_bytes},
          {"age_seconds", session.age_seconds},
          {"link", session.link}};
}

json::object view(const edge::Link &link) {
  constexpr std::array<std::string_view, 4> phases = {"waiting", "dialling", "connected",
                                                      "stopped"};
  const edge::LinkState &state = link.state();
  const std::chrono::duration<double> age = state.age(edge::LinkState::Clock::now());
  return {{"name", link.settings().name},
          {"target", link.target()},
          {"transport", link.settings().transport},
          {"adapter", link.settings().adapter},
          {"shard", link.shard()},
          {"state", phases.at(static_cast<size_t>(state.phase()))},
          {"since_seconds", age.count()},
          {"attempts", state.attempts()},
          {"connections", state.connections()},
          {"last_error", state.last_error()}};
}

json::object view(const edge::Endpoint &endpoint, uint64_t open) {
  return {{"name", endpoint.settings().name},
          {"address", endpoint.address()},
          {"transport", endpoint.settings().transport},
          {"accepted", endpoint.accepted()},
          {"open", open}};
}

json::object view(const upgrade::Held &held, const std::vector<uint32_t> &answering) {
  const plugin::Generation &generation = *held.generation;
  const plugin::Manifest &manifest = generation.manifest();
  const std::string mapped = plugin::mapped_build_id(generation.source().staged);
  return {{"name", manifest.name},
          {"version", manifest.version},
          {"kind", kind_name(manifest.kind)},
          {"continuity", continuity_name(manifest.continuity)},
          {"generation", generation.id()},
          {"build_id", generation.source().build_id},
          {"settings", upgrade::settings_digest(generation.settings())},
          {"file", generation.source().file.string()},
          {"mapped", plugin::is_mapped(generation.source().staged)},
          {"mapped_build_id", mapped},
          {"answering_on_shards", json::value_from(answering)},
          {"sessions", generation.sessions() + held.carried},
          {"calls", generation.counts().calls},
          {"errors", generation.errors()},
          {"over_limit", generation.over_limit()},
          {"last_over_limit", over_limit_of(held)},
          {"paths", json::value_from(manifest.paths)},
          {"description", manifest.description},
          {"license", manifest.license},
          {"state", state_name(held.state)},
          {"cause", held.cause}};
}

namespace {

std::string epoch_text(uint64_t epoch) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), epoch, 16).ptr;
  const std::string text(digits.begin(), end);
  return std::string(digits.size() - text.size(), '0') + text;
}

json::object view(const stream::Retention &retention) {
  json::object shown;
  if (retention.age.count() != 0) {
    shown["age_seconds"] = std::chrono::duration<double>(retention.age).count();
  }
  if (retention.bytes != 0) shown["bytes"] = retention.bytes;
  if (retention.events != 0) shown["events"] = retention.events;
  if (retention.per_topic != 0) shown["per_topic"] = retention.per_topic;
  return shown;
}

json::object deduplication_of(const stream::Settings &settings) {
  const std::chrono::duration<double> window = settings.deduplication_window;
  return {{"window_seconds", window.count()}, {"ids", settings.deduplication_ids}};
}

}  // namespace

json::object view(const stream::History &stream) {
  const stream::Settings &settings = stream.settings();
  return {{"name", stream.name()},
          {"durability", durability_name(settings.durability)},
          {"filters", json::value_from(settings.filters)},
          {"retention", view(settings.retention)},
          {"deduplication", deduplication_of(settings)},
          {"epoch", epoch_text(stream.epoch())},
          {"first", stream.first()},
          {"last", stream.last()},
          {"ring_bytes", stream.ring_bytes()}};
}

json::object view(const stream::StreamState &stream) {
  json::array epochs;
  for (const stream::Epoch &epoch : stream.epochs) {
    epochs.push_back(json::object{{"epoch", epoch_text(epoch.id)}, {"first", epoch.first}});
  }
  json::array losses;
  for (const stream::Range &lost : stream.losses) {
    losses.push_back(json::object{{"from", lost.from}, {"to", lost.to}});
  }
  return {{"name", stream.name},         {"epoch", epoch_text(stream.epochs.back().id)},
          {"first", stream.first},       {"last", stream.last},
          {"events", stream.events},     {"bytes", stream.bytes},
          {"epochs", std::move(epochs)}, {"losses", std::move(losses)}};
}

json::object view(const stream::Finding &finding) {
  json::object shown;
  if (!finding.stream.empty()) shown["stream"] = finding.stream;
  if (finding.to != 0) {
    shown["from"] = finding.from;
    shown["to"] = finding.to;
  }
  shown["what"] = finding.what;
  return shown;
}

json::object view(const std::vector<observe::Counters::Sample> &counters) {
  json::object names;
  for (const auto &sample : counters) {
    const std::string label = sample.plugin.empty() ? "" : '{' + sample.plugin + '}';
    names[sample.name + label] = sample.total;
  }
  return names;
}

}  // namespace slipring::admin
