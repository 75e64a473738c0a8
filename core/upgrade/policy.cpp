#include "upgrade/policy.hpp"

#include "upgrade/settings_schema.hpp"

namespace slipring::upgrade {

namespace {

Failure refused(std::string check, std::string found, std::string expected) {
  return {Stage::verified, std::move(check), std::move(found), std::move(expected)};
}

std::optional<Failure> refuse_kind(const plugin::Manifest &next, const plugin::Manifest &now) {
  if (next.kind != now.kind) {
    return refused("kind", std::string(kind_name(next.kind)),
                   std::string(kind_name(now.kind)) + ", as the running version");
  }
  if (now.continuity == plugin::Continuity::restart ||
      next.continuity == plugin::Continuity::restart) {
    return refused("continuity", "restart: " + now.name + ' ' + now.version + " is pinned",
                   "a restart of slipringd to change to " + next.version);
  }
  return std::nullopt;
}

std::optional<Failure> refuse_schema(const plugin::Manifest &next, const plugin::Manifest &now) {
  if (now.continuity == plugin::Continuity::handoff && plugin::sessions_move(now, next) &&
      !plugin::common_state_schema(now, next)) {
    return refused(
        "state schema",
        std::to_string(next.state_schema_oldest) + " to " + std::to_string(next.state_schema),
        "one of " + std::to_string(now.state_schema_oldest) + " to " +
            std::to_string(now.state_schema) + ", which the running version has");
  }
  return std::nullopt;
}

std::optional<Failure> refuse_settings(const plugin::Manifest &next, const std::string &settings) {
  const Status status = check_settings(next.settings_schema, settings);
  if (status.is_ok()) return std::nullopt;
  return refused("settings", status.message(), "settings that fit the plugin's schema");
}

}  // namespace

std::optional<Failure> Policy::refuse(const plugin::Manifest &next, const std::string &build_id,
                                      const plugin::Manifest *now, const Standing &standing) const {
  const auto bad = standing.quarantine().find(build_id);
  if (bad != standing.quarantine().end()) {
    return refused("quarantine",
                   next.version + " of build " + build_id.substr(0, 12) + ": " + bad->second.reason,
                   "another build, or `slipring plugins quarantine --release " + next.name + '`');
  }
  const auto pinned = standing.pins().find(next.name);
  const bool is_pinned = pinned != standing.pins().end();
  if (is_pinned && pinned->second != next.version) {
    return refused("pin", next.version,
                   pinned->second + ", to which " + next.name +
                       " is pinned (`slipring plugins pin --release " + next.name + "`)");
  }
  if (now != nullptr) {
    if (auto failure = refuse_kind(next, *now)) return failure;
  }
  if (now != nullptr && !allow_downgrade && !is_pinned &&
      plugin::compare_versions(next.version, now->version) < 0) {
    return refused("downgrade", next.version,
                   now->version + " or newer (--allow-downgrade or a pin permits older ones)");
  }
  return refuse_always(next, now);
}

std::optional<Failure> Policy::refuse_always(const plugin::Manifest &next,
                                             const plugin::Manifest *now) const {
  if (now != nullptr) {
    if (auto failure = refuse_kind(next, *now)) return failure;
    if (auto failure = refuse_schema(next, *now)) return failure;
  }
  if (next.kind == plugin::Kind::adapter) return refuse_settings(next, settings_of(next.name));
  const auto [first, last] = transport_settings.equal_range(next.name);
  for (auto at = first; at != last; ++at) {
    if (auto failure = refuse_settings(next, at->second)) return failure;
  }
  return std::nullopt;
}

std::string Policy::settings_of(const std::string &plugin) const {
  const auto found = adapter_settings.find(plugin);
  return found == adapter_settings.end() ? "{}" : found->second;
}

}  // namespace slipring::upgrade
